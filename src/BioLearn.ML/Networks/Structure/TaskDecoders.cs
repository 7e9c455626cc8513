using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// A last layer with a decoder for each task: of [tasks · units, inputs] weights only the rows of a sample's own task read its features, and
/// only they learn from it. Instructions must be one-hot; with one unit this is one logit a task.
/// </summary>
/// <param name="Units">Outputs of each decoder; at least 1.</param>
/// <param name="Tasks">Number of tasks; at least 1.</param>
public sealed record TaskDecoders(int Units, int Tasks) : LayerSpec
{
    /// <summary>Whether units have biases. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Units >= 1, $"Units is {Units}; it must be at least 1");
        Require(Tasks >= 1, $"Tasks is {Tasks}; it must be at least 1");
        return new LayerParts { Synapses = new DecoderSynapses(input, Units, Tasks, Bias) };
    }
}

/// <summary>Weights [tasks · units, inputs], task after task.</summary>
internal sealed class DecoderSynapses : Synapses
{
    public DecoderSynapses(TensorShape input, int units, int tasks, bool bias)
        : base("task decoders", input, new TensorShape(units), checked(units * tasks), input.Size)
    {
        Tasks = tasks;
        FanOut = units;
        if (!bias)
            Biases = 0;
    }

    public int Tasks { get; }

    public override SynapticMap<T> CreateMap<T>(int capacity, int threads) => new DecoderMap<T>(this);
}

/// <summary>Inner products with the rows of each sample's task.</summary>
internal sealed class DecoderMap<T>(DecoderSynapses synapses) : SynapticMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private BatchInstructions<T>? _instructions;

    public override void Instruct(BatchInstructions<T>? instructions) => _instructions = instructions;

    public override void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning)
    {
        ReadOnlySpan<T> matrix = weights.Numbers, offsets = biases.Numbers;
        for (int b = 0; b < x.Batch; b++)
        {
            int first = FirstRow(b);
            Span<T> input = x.Row(b), sums = a.Row(b);
            for (int unit = 0; unit < sums.Length; unit++)
                sums[unit] = TensorPrimitives.Dot(Row(matrix, first + unit, x.Width), input) + (offsets.IsEmpty ? T.Zero : offsets[first + unit]);
        }
    }

    public override void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below)
    {
        ReadOnlySpan<T> matrix = feedback.Numbers;
        for (int b = 0; b < above.Batch; b++)
        {
            int first = FirstRow(b);
            Span<T> signal = above.Row(b), sent = below.Row(b);
            sent.Clear();
            for (int unit = 0; unit < signal.Length; unit++)
                TensorPrimitives.MultiplyAdd(Row(matrix, first + unit, below.Width), signal[unit], sent, sent);
        }
    }

    public override void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep)
    {
        if (keep == T.Zero)
            into.Clear();
        else if (keep != T.One)
            TensorPrimitives.Multiply(into, keep, into);
        for (int b = 0; b < post.Batch; b++)
        {
            int first = FirstRow(b);
            Span<T> signal = post.Row(b), input = pre.Row(b);
            for (int unit = 0; unit < signal.Length; unit++)
            {
                Span<T> row = into.Slice((first + unit) * pre.Width, pre.Width);
                TensorPrimitives.MultiplyAdd(input, coefficient * signal[unit], row, row);
            }
        }
    }

    public override void MeetBiases(Signal<T> post, T coefficient, Span<T> into, bool add)
    {
        if (!add)
            into.Clear();
        for (int b = 0; b < post.Batch; b++)
        {
            Span<T> row = into.Slice(FirstRow(b), post.Width);
            TensorPrimitives.MultiplyAdd(post.Row(b), coefficient, row, row);
        }
    }

    private static ReadOnlySpan<T> Row(ReadOnlySpan<T> matrix, int row, int width) => matrix.Slice(row * width, width);

    private int FirstRow(int sample)
    {
        if (_instructions is null)
            throw new InvalidOperationException("A decoder for each task needs to know the task of every sample; the mini-batch has no instructions.");
        int task = _instructions.TaskOf(sample);
        return task >= 0 && task < synapses.Tasks
            ? task * synapses.Units.Size
            : throw new ArgumentException($"The instruction of sample {sample} is no task: a decoder for each of {synapses.Tasks} tasks needs one-hot instructions of at least that width.");
    }
}
