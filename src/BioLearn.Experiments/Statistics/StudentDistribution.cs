namespace BioLearn.Experiments.Statistics;

/// <summary>Student's t distribution, by the incomplete beta function.</summary>
internal static class StudentDistribution
{
    /// <summary>P(|T| ≥ |t|).</summary>
    public static double TwoSided(double t, int degrees) => double.IsNaN(t) ? double.NaN : IncompleteBeta(degrees / 2.0, .5, degrees / (degrees + (t * t)));

    /// <summary>The t with P(|T| ≤ t) = <paramref name="level"/>.</summary>
    public static double Quantile(double level, int degrees)
    {
        double low = 0, high = 1;
        while (1 - TwoSided(high, degrees) < level)
            high *= 2;
        while (true)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high)
                return middle;
            if (1 - TwoSided(middle, degrees) < level)
                low = middle;
            else
                high = middle;
        }
    }

    /// <summary>The regularized I_x(a, b).</summary>
    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
            return x <= 0 ? 0 : 1;
        double front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) + LogGamma(a + b) - LogGamma(a) - LogGamma(b));
        // The fraction converges fast on this side of the mean; the other one mirrors it.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, 1 - x) / b);
    }

    /// <summary>The continued fraction of the incomplete beta function, evaluated from the front (Lentz's way).</summary>
    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        double c = 1, d = 1 / Away(1 - ((a + b) * x / (a + 1))), value = d;
        for (int m = 1; m < 500; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            Step(even);
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            if (Math.Abs(Step(odd) - 1) < 1e-16)
                break;
        }
        return value;

        double Step(double coefficient)
        {
            d = 1 / Away(1 + (coefficient * d));
            c = Away(1 + (coefficient / c));
            value *= c * d;
            return c * d;
        }

        static double Away(double divisor) => Math.Abs(divisor) < tiny ? tiny : divisor;
    }

    /// <summary>ln Γ(x) of a half-integer or integer above 0: degrees of freedom come in halves.</summary>
    private static double LogGamma(double x)
    {
        double sum = 0;
        for (; x > 1; x--)
            sum += Math.Log(x - 1);
        return sum + (x == 1 ? 0 : Math.Log(Math.Sqrt(Math.PI)));
    }
}
