using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Inputs, outputs and loss gradients of one episode of T steps of a <see cref="PlasticRecurrentNetwork{T}"/>: u(1..T), y(-1..T), dL/dy(1..T).
/// Step numbers are the paper's; y(0) is the initial output and y(-1) = 0. Rows are views of N numbers and padding of zeros, so that writing
/// to <see cref="Input"/> and <see cref="OutputGradient"/> is how an episode, and a loss, are given.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _outputs;
    private readonly T[] _outputGradients;
    private readonly T[] _excitationGradients;

    /// <summary>Room for an episode; everything is zero.</summary>
    /// <param name="neurons">N, at least 1.</param>
    /// <param name="steps">T, at least 1.</param>
    public PlasticEpisode(int neurons, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (Neurons, Steps) = (neurons, steps);
        Stride = Padding.Up<T>(neurons);
        _inputs = new T[steps * Stride];
        _outputs = new T[(steps + 2) * Stride];
        _outputGradients = new T[steps * Stride];
        _excitationGradients = new T[steps * Stride];
        InitialGradient = new T[Stride];
    }

    /// <summary>N.</summary>
    public int Neurons { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>Elements from one step to the next: N, padded.</summary>
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
