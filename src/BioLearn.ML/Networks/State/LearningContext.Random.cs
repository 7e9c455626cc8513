namespace BioLearn.ML.Networks;

/// <summary>Random numbers of a step.</summary>
public sealed partial class LearningContext<T>
{
    private readonly NoiseStreams<T> _noise;

    /// <summary>Tests put known numbers in place of drawn ones: (stream, layer, destination).</summary>
    internal Action<string, int, Signal<T>>? NoiseSource { get; set; }

    /// <summary>Tests start settling networks from known states instead of zero: (layer, state).</summary>
    internal Action<int, Signal<T>>? InitialState { get; set; }

    /// <summary>Fills a signal with independent standard normal numbers.</summary>
    /// <param name="stream">What the numbers are for; the stream "STREAM/LAYER" gives them.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="destination">Where they go.</param>
    public void Normal(string stream, int layer, Signal<T> destination)
    {
        if (NoiseSource is { } source)
            source(stream, layer, destination);
        else
            _noise.At(Number, stream, layer).FillNormal(destination.Span, T.Zero, T.One);
    }

    /// <summary>Fills a signal with independent numbers uniform in [0, 1).</summary>
    /// <param name="stream">What the numbers are for; the stream "STREAM/LAYER" gives them.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="destination">Where they go.</param>
    public void Uniform(string stream, int layer, Signal<T> destination)
    {
        if (NoiseSource is { } source)
            source(stream, layer, destination);
        else
            _noise.At(Number, stream, layer).FillUniform(destination.Span, T.Zero, T.One);
    }

    /// <summary>A fair coin.</summary>
    /// <param name="stream">What it decides; the stream "STREAM/0" gives it.</param>
    /// <returns>True or false.</returns>
    public bool Coin(string stream) => _noise.At(Number, stream, 0).NextBernoulli(0.5);

    /// <summary>Draws a side tensor anew.</summary>
    /// <param name="parameter">The tensor.</param>
    /// <param name="initializer">Its distribution.</param>
    public void Redraw(Parameter<T> parameter, Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(initializer);
        Layer layer = Layer(parameter.Layer);
        initializer.Fill(parameter.Values, parameter.Columns, layer.FanIn, layer.FanOut, _noise.At(Number, parameter.Name, parameter.Layer));
    }
}
