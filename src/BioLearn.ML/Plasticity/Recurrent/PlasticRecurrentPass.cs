using System.Numerics;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Runs a <see cref="PlasticRecurrentNetwork{T}"/> through episodes of one's own, and takes the exact gradient of any loss of its outputs back
/// through time and through the Hebbian trace.
/// </summary>
/// <example>
/// <code>
/// pass.Forward(episode);                                   // y(1..T) from y(0) and u(1..T)
/// episode.OutputGradient(T)[0] = episode.Output(T)[0] - target;
/// pass.Backward(episode);                                  // adds to the gradients of W, α and η
/// optimizer.Step();
/// optimizer.ClearGradients();
/// network.Refresh();
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticRecurrentPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentForward<T> _forward;
    private readonly RecurrentGradients<T> _gradients;
    private readonly IGradientEngine<T> _engine;
    private readonly int _neurons;
    private PlasticEpisode<T>? _ran;

    /// <summary>Room for episodes of T steps.</summary>
    /// <param name="network">The network; one pass serves one thread.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="engine">How the gradient is computed.</param>
    /// <param name="storage">Where backpropagation finds earlier traces; results differ by rounding only.</param>
    /// <param name="threads">Threads that may work at once, at least 1; results do not depend on it.</param>
    /// <exception cref="NotSupportedException">Real-time recurrent learning does not cover the network's options.</exception>
    public PlasticRecurrentPass(
        PlasticRecurrentNetwork<T> network, int steps, GradientEngine engine = GradientEngine.BackpropagationThroughTime,
        TraceStorage storage = TraceStorage.Automatic, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _neurons = network.Neurons;
        _forward = new(network, steps, storage, threads);
        _gradients = new(network, direct: true);
        _engine = engine == GradientEngine.RealTimeRecurrentLearning ? new RecurrentRtrl<T>(network, _gradients) : new RecurrentBackward<T>(network, _forward, _gradients);
    }

    /// <summary>From y(0) and u(1..T) to y(1..T).</summary>
    /// <exception cref="ArgumentException">The episode is of another size.</exception>
    public void Forward(PlasticEpisode<T> episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        if (episode.Neurons != _neurons || episode.Steps != _forward.Steps)
            throw new ArgumentException($"is of {episode.Steps} steps of {episode.Neurons} neurons, expected {_forward.Steps} of {_neurons}", nameof(episode));
        _forward.Run(episode);
        _ran = episode;
    }

    /// <summary>
    /// Given dL/dy(t) in <see cref="PlasticEpisode{T}.OutputGradient"/>, adds the gradients of W, α and η to those of the network's parameters,
    /// and, but for real-time recurrent learning, writes dL/dx(1..T) and dL/dy(0) into the episode.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not the episode that ran forwards last.</exception>
    public void Backward(PlasticEpisode<T> episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        if (!ReferenceEquals(episode, _ran))
            throw new InvalidOperationException("only the episode that ran forwards last can be taken back: call Forward before");
        _engine.Run(episode);
        _gradients.Flush();
        _ran = null; // its traces are undone
    }
}
