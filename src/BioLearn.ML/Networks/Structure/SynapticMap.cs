using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// How signals pass the connections of a layer: up through the weights, down through any tensor of the weights' shape, and how two
/// signals meet at each synapse. May keep working memory; serves one thread at a time.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class SynapticMap<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private NativeBuffer<T>? _sent;

    /// <summary>a = W x + b.</summary>
    /// <param name="weights">W.</param>
    /// <param name="biases">b; empty for none.</param>
    /// <param name="x">[batch, inputs].</param>
    /// <param name="a">Receives [batch, units].</param>
    /// <param name="learning">
    /// Whether this is a step of learning. Only then may sums be made in an order that depends on the size of the batch: a prediction must
    /// not depend on how many rows are scored at once.
    /// </param>
    public abstract void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning);

    /// <summary>The adjoint of W x, through any tensor of the shape of W.</summary>
    /// <param name="feedback">W itself, or feedback weights.</param>
    /// <param name="above">[batch, units].</param>
    /// <param name="below">Receives [batch, inputs].</param>
    public abstract void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below);

    /// <summary>Two signals meet at each synapse: into = keep · into + c Σ_b ∂⟨post_b, W pre_b⟩/∂W.</summary>
    /// <param name="post">[batch, units].</param>
    /// <param name="pre">[batch, inputs].</param>
    /// <param name="coefficient">c.</param>
    /// <param name="into">In the layout of the weights.</param>
    /// <param name="keep">Factor on what was there; 0 overwrites.</param>
    public abstract void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep);

    /// <summary>below += c · adjoint of W above.</summary>
    /// <param name="feedback">W itself, or feedback weights.</param>
    /// <param name="above">[batch, units].</param>
    /// <param name="below">[batch, inputs], added to.</param>
    /// <param name="coefficient">c.</param>
    public virtual void AddDown(Parameter<T> feedback, Signal<T> above, Signal<T> below, T coefficient)
    {
        int length = below.Batch * below.Width;
        if (_sent is null || _sent.Length < length)
        {
            NativeBuffer<T> larger = new(length);
            _sent?.Dispose();
            _sent = larger;
        }
        Signal<T> sent = new(_sent, below.Batch, below.Width);
        Down(feedback, above, sent);
        TensorPrimitives.MultiplyAdd(sent.Span, coefficient, below.Span, below.Span);
    }

    /// <summary>Sums a signal into the biases: into (+)= c Σ_b post, a bias for each run of units that share one.</summary>
    /// <param name="post">[batch, units].</param>
    /// <param name="coefficient">c.</param>
    /// <param name="into">One number a bias.</param>
    /// <param name="add">Whether to add to what was there.</param>
    public virtual void MeetBiases(Signal<T> post, T coefficient, Span<T> into, bool add)
    {
        if (!add)
            into.Clear();
        int area = post.Width / into.Length;
        for (int b = 0; b < post.Batch; b++)
        {
            Span<T> row = post.Row(b);
            if (area == 1)
            {
                TensorPrimitives.MultiplyAdd(row, coefficient, into, into);
                continue;
            }
            for (int channel = 0; channel < into.Length; channel++)
                into[channel] += coefficient * TensorPrimitives.Sum<T>(row.Slice(channel * area, area));
        }
    }

    /// <summary>The weights stay as they are until <see cref="Release"/> and serve many calls: a map may rearrange a copy of them. No figure may change.</summary>
    /// <param name="weights">W.</param>
    /// <param name="batch">Samples of the calls to come.</param>
    public virtual void Hold(Parameter<T> weights, int batch)
    {
    }

    /// <summary>What the samples of the mini-batch are asked, for maps whose weights depend on it.</summary>
    /// <param name="instructions">One a sample; null for none.</param>
    public virtual void Instruct(BatchInstructions<T>? instructions)
    {
    }

    /// <summary>The weights move again.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Which units are open for which samples, so that the rest may be left out of products until the next call; null for all.</summary>
    internal virtual void Select(OpenUnits? open)
    {
    }

    /// <summary>Whether <see cref="Meet"/> takes any factor on what was there, and is as fast into the weights as into a gradient.</summary>
    internal virtual bool Descends => false;

    /// <summary>Whether weights are [units, inputs] and each meets its two signals alone, so that only those of inputs that are set have a gradient.</summary>
    internal virtual bool MeetsSets => false;

    /// <summary>Releases the memory.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) => _sent?.Dispose();
}
