using BioLearn.Kernels.Images;

namespace BioLearn.ML.Spiking;

/// <summary>From a picture to the spikes of the input layer. Holds scratch memory for one thread.</summary>
internal sealed class SpikeEncoder
{
    private readonly SpikingInputOptions _options;
    private readonly int _steps;
    private readonly int _bins;
    private readonly ContrastMaps _contrasts;
    private readonly LatencyCode _code = new();
    private readonly byte[] _resized;
    private readonly int[] _times;

    /// <param name="options">Valid options.</param>
    /// <param name="steps">Steps of a picture.</param>
    /// <param name="bins">Steps after step 0 in which input neurons fire.</param>
    public SpikeEncoder(SpikingInputOptions options, int steps, int bins)
    {
        _options = options;
        _steps = steps;
        _bins = bins;
        _contrasts = new(options);
        _resized = new byte[options.Width * options.Height];
        _times = new int[options.Plane.Neurons];
    }

    /// <summary>The last picture at the network's size, [Height, Width].</summary>
    public ReadOnlySpan<byte> Resized => _resized;

    /// <summary>Its contrasts, [filter][Height, Width]; 0 where there is no spike.</summary>
    public ReadOnlySpan<double> Contrasts => _contrasts.Contrasts;

    /// <summary>Step of each pixel's spike, [filter][Height, Width]; -1 where there is none.</summary>
    public ReadOnlySpan<int> Times => _times;

    /// <summary>Codes a picture of any size.</summary>
    public void Encode(GrayPicture picture)
    {
        PixelResampler.Resize(
            picture.Pixels.Span, picture.Width, picture.Height, channels: 1, _options.Width, _options.Height,
            new PixelWindow(0, 0, _options.Width, _options.Height), ResampleFilter.Lanczos, _resized);
        _contrasts.Compute(_resized);
        _code.Times(_contrasts.Contrasts, _bins, _times);
    }

    /// <summary>Codes a picture into spikes of the neurons (y, x, filter).</summary>
    public void Encode(GrayPicture picture, SpikeTrain spikes)
    {
        Encode(picture);
        int maps = _options.Filters.Count, area = _options.Width * _options.Height;
        Span<int> ends = new int[_steps];
        foreach (int time in _times)
        {
            if (time >= 0)
                ends[time]++;
        }

        // Neurons of a step in order of their index, whatever their ranks: neighbours are worked on together.
        int total = 0;
        foreach (ref int end in ends)
            (end, total) = (total, total + end);
        int[] neurons = new int[total];
        for (int place = 0; place < area; place++)
        {
            for (int map = 0; map < maps; map++)
            {
                int time = _times[map * area + place];
                if (time >= 0)
                    neurons[ends[time]++] = place * maps + map;
            }
        }

        spikes.Clear();
        int next = 0;
        foreach (int end in ends)
        {
            for (; next < end; next++)
                spikes.Add(neurons[next]);
            spikes.EndStep();
        }
    }
}
