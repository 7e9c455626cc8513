namespace BioLearn.ML.Diagnostics;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>Φ(x), by the series of Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11 (2004); errors below 1e-15.</summary>
    public static double Cumulative(double x)
    {
        if (Math.Abs(x) > 8)
            return x > 0 ? 1 : 0;
        double sum = x, term = x, before = 0;
        for (int i = 3; sum != before; i += 2)
        {
            term *= x * x / i;
            before = sum;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The x with Φ(x) = <paramref name="p"/>; infinite at 0 and 1.</summary>
    public static double Quantile(double p)
    {
        if (p <= 0)
            return double.NegativeInfinity;
        if (p >= 1)
            return double.PositiveInfinity;
        double low = -8, high = 8;
        while (true)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high)
                return middle;
            if (Cumulative(middle) < p)
                low = middle;
            else
                high = middle;
        }
    }
}
