using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>Random streams of the steps of one network: the stream's name, the layer and the step's number decide its numbers, nothing else.</summary>
internal sealed class NoiseStreams<T>(Network<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(string Name, int Layer), RandomStream> _streams = [];

    /// <summary>The stream "NAME/LAYER" at the place where a step begins.</summary>
    public RandomStream At(long step, string name, int layer)
    {
        if (!_streams.TryGetValue((name, layer), out RandomStream? stream))
            _streams[(name, layer)] = stream = network.Stream($"{name}/{layer}/step");
        stream.Position = step << 32;
        return stream;
    }
}
