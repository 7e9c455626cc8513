using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Fully connected layer: a = h W' + b, φ(a). An image before it is flattened channel by channel.</summary>
/// <param name="Units">Number of units; at least 1.</param>
public sealed record Dense(int Units) : LayerSpec
{
    /// <summary>A fully connected layer with an activation.</summary>
    /// <param name="units">Number of units; at least 1.</param>
    /// <param name="activation">Activation of the units; ignored for the last layer, whose non-linearity the head decides.</param>
    public Dense(int units, Activation activation)
        : this(units) => Activation = activation;

    /// <summary>Activation of the units; ignored for the last layer, whose non-linearity the head decides. Default: ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>Whether units have biases. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Units >= 1, $"Units is {Units}; it must be at least 1");
        return new LayerParts { Synapses = new DenseSynapses(input, Units, Bias), Activation = Activation };
    }
}

/// <summary>Weights [units, inputs].</summary>
internal sealed class DenseSynapses : Synapses
{
    public DenseSynapses(TensorShape input, int units, bool bias)
        : base("dense", input, new TensorShape(units), units, input.Size)
    {
        if (!bias)
            Biases = 0;
    }

    public override bool IsFullyConnected => true;

    public override SynapticMap<T> CreateMap<T>(int capacity, int threads) => new DenseMap<T>(threads);

    public override string WriteOnnx(IOnnxNodes writer, string input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases)
    {
        string flat = Input.IsVector ? input : writer.Node("Flatten", [input], ("axis", 1L));
        string matrix = writer.Constant("W", weights, Rows, Columns);
        return biases.IsEmpty
            ? writer.Node("Gemm", [flat, matrix], ("transB", 1L))
            : writer.Node("Gemm", [flat, matrix, writer.Constant("b", biases, Rows)], ("transB", 1L));
    }
}

/// <summary>Products of matrices, on the way that reads the weights fastest.</summary>
internal sealed class DenseMap<T>(int threads) : SynapticMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private PackedMatrix<T>? _up, _down;
    private Parameter<T>? _held;
    private DenseParts<T>? _parts;
    private OpenUnits? _open;

    internal override void Select(OpenUnits? open)
    {
        _open = open;
        if (open is not null)
            _parts ??= new DenseParts<T>(threads);
    }

    internal override bool Descends => true;

    internal override bool MeetsSets => true;

    public override void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning)
    {
        if (x.Sparse is { } set)
            SparseGemm.Multiply(set.Rows, weights.TurnedView(set.Features), a.Matrix, biases.Numbers, threads);
        else if (_open is { } open)
            _parts!.Up(open, weights, biases.Numbers, x, a);
        else if (_held == weights)
            Gemm.Packed<T, Identity<T>>(x.Matrix, _up!, a.Matrix, T.One, T.Zero, new Epilogue<T>(biases.Values), threads);
        else if (x.Batch == 1 && learning)
        {
            // Inner products stream a single sample's weights once; only learning steps may, because their sums are in another order
            // than those of a batch.
            if (biases.Values.IsEmpty)
                a.Span.Clear();
            else
                biases.Values.CopyTo(a.Span);
            weights.MultiplyInto(x.Span, a.Span, threads);
        }
        else
            Gemm.NT<T, Identity<T>>(x.Matrix, weights.View, a.Matrix, T.One, T.Zero, new Epilogue<T>(biases.Values), threads);
    }

    public override void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below)
    {
        if (_open is { } open)
            _parts!.Down(open, feedback, above, below, T.One, add: false);
        else if (_held == feedback)
            Gemm.Packed(above.Matrix, _down!, below.Matrix, threads);
        else if (above.Batch == 1)
            Gemv.T(feedback.View, above.Span, below.Span, T.One, T.Zero, threads);
        else
            Gemm.NN(above.Matrix, feedback.View, below.Matrix, threads);
    }

    public override void AddDown(Parameter<T> feedback, Signal<T> above, Signal<T> below, T coefficient)
    {
        if (_open is { } open)
            _parts!.Down(open, feedback, above, below, coefficient, add: true);
        else if (_held == feedback)
            Gemm.Packed<T, Identity<T>>(above.Matrix, _down!, below.Matrix, coefficient, T.One, default, threads);
        else
            Gemm.NN<T>(above.Matrix, feedback.View, below.Matrix, coefficient, T.One, threads);
    }

    public override void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep)
    {
        MatrixSpan<T> destination = new(into, post.Width, pre.Width);
        if (_open is { } open)
            _parts!.Meet(open, post, pre, coefficient, into, keep);
        else if (post.Batch == 1)
            Ger.Update(destination, keep, coefficient, post.Span, pre.Span, threads);
        else
            Gemm.TN(post.Matrix, pre.Matrix, destination, coefficient, keep, threads);
    }

    public override void Hold(Parameter<T> weights, int batch)
    {
        // Below that the copy costs more than it saves.
        if (batch <= FewRows<T>.Most)
            return;
        if (_up is { } up && _down is { } down)
        {
            up.UpdateTransposed(weights.View);
            down.Update(weights.View);
        }
        else
        {
            _up = PackedMatrix<T>.PackTransposed(weights.View);
            _down = PackedMatrix<T>.Pack(weights.View);
        }
        _held = weights;
    }

    public override void Release() => _held = null;

    protected override void Dispose(bool disposing)
    {
        _up?.Dispose();
        _down?.Dispose();
        _parts?.Dispose();
        base.Dispose(disposing);
    }
}
