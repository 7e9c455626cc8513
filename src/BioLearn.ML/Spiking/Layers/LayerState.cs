namespace BioLearn.ML.Spiking;

/// <summary>State of one layer while a picture runs. Step t reads the spikes that the layer below fired at t - 1.</summary>
internal abstract class LayerState : IDisposable
{
    /// <summary>Forgets the picture before.</summary>
    public abstract void Begin();

    /// <summary>One step: adds this layer's spikes to <paramref name="output"/>, whose step the caller ends.</summary>
    public abstract void Step(ReadOnlySpan<int> input, SpikeTrain output);

    public virtual void Dispose()
    {
    }
}
