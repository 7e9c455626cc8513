namespace BioLearn.Kernels.Images;

/// <summary>Interpolation between pixels.</summary>
public enum ResampleFilter
{
    /// <summary>Triangle of support 1: what pretrained networks are usually fed with.</summary>
    Bilinear,

    /// <summary>sinc(u) sinc(u/3) on [-3, 3).</summary>
    Lanczos,
}

/// <summary>
/// For every output of one axis: the first input it reads, and one fixed-point weight an input. With s = in/out, f = max(s, 1), c = (i + 1/2) s and
/// support r f, output i reads the inputs from trunc(c - r f + 1/2) up to trunc(c + r f + 1/2), clipped to the picture, with weight
/// filter((k - c + 1/2) / f) divided by their sum.
/// </summary>
internal sealed class ResampleWeights
{
    public const int FractionBits = 22;
    public const int Half = 1 << (FractionBits - 1);

    private readonly int[] _weights;

    /// <param name="inputs">Size of the axis before.</param>
    /// <param name="outputs">Size of the axis after.</param>
    /// <param name="start">First output that is wanted.</param>
    /// <param name="length">How many are wanted.</param>
    /// <param name="filter">The interpolation.</param>
    public ResampleWeights(int inputs, long outputs, long start, int length, ResampleFilter filter)
    {
        IsIdentity = inputs == outputs;
        var scale = (double)inputs / outputs;
        var stretch = Math.Max(scale, 1);
        var support = (filter == ResampleFilter.Bilinear ? 1 : 3) * stretch;
        Stride = (int)Math.Ceiling(support) * 2 + 1;
        First = new int[length];
        Count = new int[length];
        _weights = new int[length * Stride];
        Span<double> exact = Stride <= 256 ? stackalloc double[Stride] : new double[Stride];
        for (var i = 0; i < length; i++)
        {
            var center = (start + i + 0.5) * scale;
            First[i] = IsIdentity ? (int)start + i : Math.Max(0, (int)(center - support + 0.5));
            Count[i] = IsIdentity ? 1 : Math.Min(inputs, (int)(center + support + 0.5)) - First[i];
            var sum = 0.0;
            for (var k = 0; k < Count[i]; k++)
                sum += exact[k] = Evaluate(filter, (k + First[i] - center + 0.5) * (1 / stretch));
            for (var k = 0; k < Count[i]; k++)
            {
                var weight = exact[k] / sum * (1 << FractionBits);
                _weights[i * Stride + k] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            MaxCount = Math.Max(MaxCount, Count[i]);
        }
    }

    /// <summary>The size does not change: every output is its input.</summary>
    public bool IsIdentity { get; }

    public int[] First { get; }

    public int[] Count { get; }

    public int MaxCount { get; }

    private int Stride { get; }

    public ReadOnlySpan<int> Of(int output) => _weights.AsSpan(output * Stride, Count[output]);

    /// <summary>Weights repeated once a lane, each output padded with zeros to <paramref name="length"/> lanes.</summary>
    public int[] Expand(int lanes, int length)
    {
        var expanded = new int[First.Length * length];
        for (var i = 0; i < First.Length; i++)
        {
            var of = Of(i);
            for (var k = 0; k < of.Length; k++)
                expanded.AsSpan(i * length + k * lanes, lanes).Fill(of[k]);
        }
        return expanded;
    }

    /// <summary>Fixed point back to a pixel.</summary>
    public static byte Round(int sum) => (byte)Math.Clamp((sum + Half) >> FractionBits, 0, 255);

    private static double Evaluate(ResampleFilter filter, double u)
    {
        if (filter == ResampleFilter.Bilinear)
            return Math.Max(0, 1 - Math.Abs(u));
        return u is >= -3 and < 3 ? Sinc(u) * Sinc(u / 3) : 0;
    }

    private static double Sinc(double u) => u == 0 ? 1 : Math.Sin(u * Math.PI) / (u * Math.PI);
}
