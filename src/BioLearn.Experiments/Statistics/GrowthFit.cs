namespace BioLearn.Experiments.Statistics;

/// <summary>How a cost grows with a size.</summary>
public enum GrowthForm
{
    /// <summary>a · sizeᵇ.</summary>
    Power,

    /// <summary>a + b · size.</summary>
    Line,

    /// <summary>a + b / size: what several share, over how many there are (Amdahl 1967).</summary>
    Shared,
}

/// <summary>A cost as a function of a size, fitted so that relative errors are small: a cost of seconds counts as much as one of hours.</summary>
/// <param name="Form">The form.</param>
/// <param name="A">a, at least 0.</param>
/// <param name="B">b.</param>
/// <param name="Error">Root of the mean square of relative errors, |fitted − cost| / cost.</param>
public sealed record GrowthFit(GrowthForm Form, double A, double B, double Error)
{
    /// <summary>The fitted cost of a size.</summary>
    /// <param name="size">Above 0.</param>
    /// <returns>Where the fit was made it is what the fit says; elsewhere it assumes that the form goes on to hold.</returns>
    public double At(double size) => Form switch
    {
        GrowthForm.Power => A * Math.Pow(size, B),
        GrowthForm.Line => A + (B * size),
        _ => A + (B / size),
    };

    /// <summary>Fits one form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="sizes">Sizes above 0, of which at least two differ.</param>
    /// <param name="costs">As many costs above 0.</param>
    /// <returns>The fit.</returns>
    /// <exception cref="ArgumentException">Too few sizes differ, the numbers of values differ, or one is not above 0.</exception>
    public static GrowthFit Of(GrowthForm form, IReadOnlyList<double> sizes, IReadOnlyList<double> costs)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(costs);
        if (sizes.Count != costs.Count || sizes.Distinct().Count() < 2)
            throw new ArgumentException($"There are {sizes.Count} sizes, {sizes.Distinct().Count()} of them different, and {costs.Count} costs; expected as many, and two sizes at least.", nameof(costs));
        if (sizes.Concat(costs).Any(value => !(value > 0) || !double.IsFinite(value)))
            throw new ArgumentException("A size or a cost is not above 0.", nameof(costs));
        (double a, double b) = form == GrowthForm.Power
            ? Logarithms(sizes, costs)
            : Weighted([.. sizes.Select(size => form == GrowthForm.Line ? size : 1 / size)], costs);
        GrowthFit fit = new(form, a, b, 0);
        return fit with { Error = Math.Sqrt(sizes.Zip(costs, (size, cost) => Math.Pow((fit.At(size) - cost) / cost, 2)).Average()) };
    }

    /// <summary>The better of a line and a power, by their relative errors.</summary>
    /// <param name="sizes">Sizes above 0, of which at least two differ.</param>
    /// <param name="costs">As many costs above 0.</param>
    /// <returns>The fit.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    public static GrowthFit Best(IReadOnlyList<double> sizes, IReadOnlyList<double> costs)
    {
        GrowthFit line = Of(GrowthForm.Line, sizes, costs), power = Of(GrowthForm.Power, sizes, costs);
        return line.Error <= power.Error ? line : power;
    }

    private static (double A, double B) Logarithms(IReadOnlyList<double> sizes, IReadOnlyList<double> costs)
    {
        DataFit fit = DataFit.Of([.. sizes.Select(size => Math.Log(size))], [.. costs.Select(cost => Math.Log(cost))], DataFitForm.Line);
        return (Math.Exp(fit.Offset), fit.Factor);
    }

    /// <summary>Least squares of (a + b x − y) / y with a and b at least 0.</summary>
    private static (double A, double B) Weighted(double[] x, IReadOnlyList<double> y)
    {
        double ones = 0, xs = 0, squares = 0, first = 0, second = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double u = 1 / y[i], v = x[i] / y[i];
            (ones, xs, squares, first, second) = (ones + (u * u), xs + (u * v), squares + (v * v), first + u, second + v);
        }
        double determinant = (ones * squares) - (xs * xs);
        double a = determinant > 0 ? ((first * squares) - (second * xs)) / determinant : 0, b = determinant > 0 ? ((second * ones) - (first * xs)) / determinant : 0;
        return a < 0 || determinant <= 0 ? (0, second / squares) : b < 0 ? (first / ones, 0) : (a, b);
    }
}
