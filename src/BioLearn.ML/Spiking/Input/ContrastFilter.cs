namespace BioLearn.ML.Spiking;

/// <summary>Receptive fields that turn a picture into contrasts.</summary>
public enum ContrastFilterKind
{
    /// <summary>A centre against its surround, as retinal ganglion cells.</summary>
    DifferenceOfGaussians,

    /// <summary>An oriented grating under a Gaussian, as simple cells of V1.</summary>
    Gabor,
}

/// <summary>
/// One receptive field. Every input map of a network is the picture seen through one of them. A kernel has mean 0 and maximum 1.
/// </summary>
public sealed record ContrastFilter
{
    /// <summary>The kind.</summary>
    public ContrastFilterKind Kind { get; init; }

    /// <summary>Rows and columns of the kernel, odd, 3 to 63.</summary>
    public int Size { get; init; } = 7;

    /// <summary>Standard deviation of the centre, or of a Gabor's envelope, in pixels, above 0.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>Standard deviation of the surround in pixels, above <see cref="Sigma"/>. Difference of Gaussians only.</summary>
    public double SurroundSigma { get; init; } = 2;

    /// <summary>Whether a dark centre excites (off-centre cells): the sign of the kernel is turned.</summary>
    public bool OffCenter { get; init; }

    /// <summary>Direction across the bars in degrees. Gabor only.</summary>
    public double Orientation { get; init; }

    /// <summary>Pixels from bar to bar, above 0. Gabor only.</summary>
    public double Wavelength { get; init; } = 5;

    /// <summary>Width of the envelope across the bars over its length along them, above 0. Gabor only.</summary>
    public double AspectRatio { get; init; } = .5;

    /// <summary>A difference of Gaussians. The defaults are those of Kheradpisheh et al. (Neural Networks 99, 2018) as P. Perez coded them.</summary>
    /// <param name="size">Rows and columns of the kernel.</param>
    /// <param name="sigma">Standard deviation of the centre.</param>
    /// <param name="surroundSigma">Standard deviation of the surround.</param>
    /// <param name="offCenter">Whether a dark centre excites.</param>
    public static ContrastFilter DifferenceOfGaussians(int size = 7, double sigma = 1, double surroundSigma = 2, bool offCenter = false)
        => new() { Kind = ContrastFilterKind.DifferenceOfGaussians, Size = size, Sigma = sigma, SurroundSigma = surroundSigma, OffCenter = offCenter };

    /// <summary>Gabor filters at equally spaced orientations from 0 to 180 degrees.</summary>
    /// <param name="orientations">How many, at least 1.</param>
    /// <param name="size">Rows and columns of a kernel.</param>
    /// <param name="sigma">Standard deviation of the envelope.</param>
    /// <param name="wavelength">Pixels from bar to bar.</param>
    public static IReadOnlyList<ContrastFilter> GaborBank(int orientations = 4, int size = 7, double sigma = 2, double wavelength = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(orientations, 1);
        return [.. Enumerable.Range(0, orientations).Select(i => new ContrastFilter
        {
            Kind = ContrastFilterKind.Gabor,
            Size = size,
            Sigma = sigma,
            Wavelength = wavelength,
            Orientation = 180.0 * i / orientations,
        })];
    }

    /// <summary>The kernel, [Size, Size].</summary>
    internal double[] Kernel()
    {
        double[] kernel = new double[Size * Size];
        double radius = Size / 2;
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] = At(i % Size - radius, i / Size - radius);
        double mean = kernel.Sum() / kernel.Length;
        double most = kernel.Max() - mean;
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] = (kernel[i] - mean) / most;
        return kernel;
    }

    internal void Validate()
    {
        Guard.Defined(Kind);
        Guard.Holds(Size is >= 3 and <= 63 && Size % 2 == 1, Size, "must be odd, 3 to 63", nameof(Size));
        Guard.AboveZero(Sigma);
        Guard.AboveZero(Wavelength);
        Guard.AboveZero(AspectRatio);
        if (Kind == ContrastFilterKind.DifferenceOfGaussians && !(SurroundSigma > Sigma && double.IsFinite(SurroundSigma)))
            throw new ArgumentOutOfRangeException(nameof(SurroundSigma), SurroundSigma, $"must be above {nameof(Sigma)}, {Sigma}");
        Guard.Finite(Orientation);
        if (Kind == ContrastFilterKind.Gabor && !(Kernel().Max() > 0))
            throw new ArgumentException("the kernel is constant: its wavelength is no match for its size");
    }

    private double At(double x, double y)
    {
        double sign = OffCenter ? -1 : 1, r2 = x * x + y * y;
        if (Kind == ContrastFilterKind.DifferenceOfGaussians)
            return sign / Math.Sqrt(2 * Math.PI) * (Math.Exp(-r2 / (2 * Sigma * Sigma)) / Sigma - Math.Exp(-r2 / (2 * SurroundSigma * SurroundSigma)) / SurroundSigma);
        (double sin, double cos) = Math.SinCos(Orientation * Math.PI / 180);
        double across = x * cos + y * sin, along = y * cos - x * sin;
        return sign * Math.Exp(-(across * across + AspectRatio * AspectRatio * along * along) / (2 * Sigma * Sigma)) * Math.Cos(2 * Math.PI * across / Wavelength);
    }
}
