namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// A convolution or a locally connected layer as the sums say it: unit (o, i, j) reads input (c, i·stride + u − padding, j·stride + v − padding) through
/// W[o, c, u, v], or W[o, i, j, c, u, v] where places share no weights.
/// </summary>
internal sealed record NaiveWindows(int Channels, int Side, int Filters, int Kernel, int Stride, int Padding, bool Shared)
{
    public int OutputSide => ((Side + (2 * Padding) - Kernel) / Stride) + 1;

    public int Inputs => Channels * Side * Side;

    public int Units => Filters * OutputSide * OutputSide;

    public int Weights => (Shared ? Filters : Units) * Channels * Kernel * Kernel;

    public int Biases => Shared ? Filters : Units;

    /// <summary>a = W x + b of one sample.</summary>
    public double[] Up(double[] w, double[] b, double[] x)
    {
        double[] a = [.. Enumerable.Range(0, Units).Select(unit => b[BiasOf(unit)])];
        foreach ((int unit, int input, int weight) in Synapses())
            a[unit] += w[weight] * x[input];
        return a;
    }

    /// <summary>W' s of one sample.</summary>
    public double[] Down(double[] w, double[] s)
    {
        double[] below = new double[Inputs];
        foreach ((int unit, int input, int weight) in Synapses())
            below[input] += w[weight] * s[unit];
        return below;
    }

    /// <summary>What post and pre are where they meet, of one sample; then that of biases.</summary>
    public (double[] Weights, double[] Biases) Meet(double[] post, double[] pre)
    {
        double[] weights = new double[Weights], biases = new double[Biases];
        foreach ((int unit, int input, int weight) in Synapses())
            weights[weight] += post[unit] * pre[input];
        for (int unit = 0; unit < Units; unit++)
            biases[BiasOf(unit)] += post[unit];
        return (weights, biases);
    }

    public int BiasOf(int unit) => Shared ? unit / (OutputSide * OutputSide) : unit;

    public IEnumerable<(int Unit, int Input, int Weight)> Synapses()
    {
        int taps = Channels * Kernel * Kernel;
        for (int unit = 0; unit < Units; unit++)
        {
            int o = unit / (OutputSide * OutputSide), i = unit / OutputSide % OutputSide, j = unit % OutputSide;
            for (int tap = 0; tap < taps; tap++)
            {
                int c = tap / (Kernel * Kernel), y = (i * Stride) + (tap / Kernel % Kernel) - Padding, x = (j * Stride) + (tap % Kernel) - Padding;
                if (y >= 0 && y < Side && x >= 0 && x < Side)
                    yield return (unit, (((c * Side) + y) * Side) + x, ((Shared ? o : unit) * taps) + tap);
            }
        }
    }
}
