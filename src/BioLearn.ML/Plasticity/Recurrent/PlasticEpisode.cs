using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Inputs, outputs and loss gradients of one episode of T steps: u(1..T), y(-1..T), dL/dy(1..T).
/// Step numbers are the paper's; y(0) is the initial output and y(-1) = 0.
/// </summary>
internal sealed class PlasticEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _outputs;
    private readonly T[] _outputGradients;
    private readonly T[] _excitationGradients;

    public PlasticEpisode(int neurons, int steps)
    {
        (Neurons, Steps) = (neurons, steps);
        Stride = Padding.Up<T>(neurons);
        _inputs = new T[steps * Stride];
        _outputs = new T[(steps + 2) * Stride];
        _outputGradients = new T[steps * Stride];
        _excitationGradients = new T[steps * Stride];
        InitialGradient = new T[Stride];
    }

    public int Neurons { get; }
    public int Steps { get; }
    public int Stride { get; }

    /// <summary>All inputs [T, stride].</summary>
    public Span<T> Inputs => _inputs;

    /// <summary>All loss gradients dL/dy [T, stride]; only the direct ones, the engines add what comes back through time.</summary>
    public Span<T> OutputGradients => _outputGradients;

    /// <summary>All gradients dL/dx [T, stride] of the excitations, which are those of additive inputs.</summary>
    public Span<T> ExcitationGradients => _excitationGradients;

    /// <summary>dL/dy(0), written by the backward pass.</summary>
    public T[] InitialGradient { get; }

    /// <summary>u(t), t = 1..T.</summary>
    public Span<T> Input(int step) => _inputs.AsSpan((step - 1) * Stride, Stride);

    /// <summary>y(t), t = -1..T.</summary>
    public Span<T> Output(int step) => _outputs.AsSpan((step + 1) * Stride, Stride);

    /// <summary>dL/dy(t) as the loss has it, t = 1..T.</summary>
    public Span<T> OutputGradient(int step) => _outputGradients.AsSpan((step - 1) * Stride, Stride);

    /// <summary>dL/dx(t), t = 1..T, written by the backward pass.</summary>
    public Span<T> ExcitationGradient(int step) => _excitationGradients.AsSpan((step - 1) * Stride, Stride);
}
