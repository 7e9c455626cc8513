using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>
/// Teaches a network by a rule, step by step or epoch by epoch: gathers a mini-batch, lets the rule compute credit, lets the optimizer
/// move the parameters. If training diverges, the network is put back to the parameters of the last good epoch.
/// </summary>
/// <remarks>
/// Everything that the step computed can be read after it: activities, credit, gradients, feedback weights. Nothing is drawn from
/// anywhere but the network's own random streams, so that the same seed and the same rows give the same bits, whatever the number of
/// threads. Serves one thread at a time.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed partial class NetworkTrainer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MiniBatch<T> _batch;
    private readonly Optimizer<T> _optimizer;
    private readonly ParameterSnapshot<T> _good;

    /// <summary>Prepares to teach.</summary>
    /// <param name="network">The network, made for this rule; the caller keeps and disposes it.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="optimizer">How parameters move.</param>
    /// <param name="batchSize">Largest mini-batch; at least 1.</param>
    /// <param name="threads">Threads that kernels may use; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public NetworkTrainer(Network<T> network, LearningRule rule, OptimizerSettings optimizer, int batchSize, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(optimizer);
        Network = network;
        Rule = rule;
        _optimizer = new Optimizer<T>(optimizer, threads);
        Context = new LearningContext<T>(network, batchSize, threads) { Apply = _optimizer.Apply, FuseDescent = optimizer is { Kind: OptimizerKind.Sgd, WeightDecay: 0 } };
        _batch = new MiniBatch<T>(network.Spec, batchSize, threads);
        _good = new ParameterSnapshot<T>(network);
    }

    /// <summary>Called after every learning step, when parameters have moved.</summary>
    public event Action<NetworkTrainer<T>>? StepEnded;

    /// <summary>Called after every epoch of <see cref="TrainEpoch(in Samples{T}, CancellationToken)"/>.</summary>
    public event Action<NetworkTrainer<T>>? EpochEnded;

    /// <summary>The network.</summary>
    public Network<T> Network { get; }

    /// <summary>The rule.</summary>
    public LearningRule Rule { get; }

    /// <summary>State of the last step: activities (<see cref="LearningContext{T}.Clean"/>), credit (<see cref="LearningContext{T}.Delta"/>), gradients.</summary>
    public LearningContext<T> Context { get; }

    /// <summary>Learning steps done.</summary>
    public long Steps => Context.Number + 1;

    /// <summary>Epochs begun.</summary>
    public int Epoch { get; private set; }

    /// <summary>Mean loss of the last step, or of the last epoch in <see cref="EpochEnded"/>.</summary>
    public double Loss { get; private set; }

    /// <summary>Factor on the learning rate, for schedules. Default: 1.</summary>
    public double LearningRateFactor
    {
        get => _optimizer.Schedule;
        set => _optimizer.Schedule = value;
    }

    /// <summary>Ends an epoch after so many steps; 0 takes all samples. Default: 0.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>Set it in an event to end the epoch after this step.</summary>
    public bool IsStopping { get; set; }

    /// <summary>One learning step.</summary>
    /// <param name="features">[rows, features], row by row; at most as many rows as the batch size.</param>
    /// <param name="targets">[rows, outputs]; a class is one-hot.</param>
    /// <param name="weights">Weight of each row; empty where all weigh 1.</param>
    /// <param name="instructions">What each row is asked, [rows, width]; empty for nothing.</param>
    /// <param name="targetMask">
    /// [rows, outputs], false where an output has no target and is free, without loss and error; empty where all have one. For heads with a squared
    /// error, and rules that allow it (<see cref="LearningRule.AllowsFreeOutputs"/>).
    /// </param>
    /// <returns>Mean loss of the rows before the step.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit the network or one another.</exception>
    /// <exception cref="DivergenceException">The loss became infinite or NaN.</exception>
    public double Step(ReadOnlySpan<T> features, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default, ReadOnlySpan<T> instructions = default, ReadOnlySpan<bool> targetMask = default)
    {
        _batch.Fill(features, targets, weights);
        _batch.Instruct(instructions);
        _batch.Mask(targetMask);
        return Learn(Steps + 1);
    }

    /// <summary>One learning step on some rows.</summary>
    /// <param name="samples">The rows.</param>
    /// <param name="rows">Indices of those that are learned from, at most as many as the batch size.</param>
    /// <returns>Mean loss of the rows before the step.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network.</exception>
    /// <exception cref="DivergenceException">The loss became infinite or NaN.</exception>
    public double Step(in Samples<T> samples, ReadOnlySpan<int> rows)
    {
        _batch.Gather(samples, rows);
        return Learn(Steps + 1);
    }

    /// <summary>One pass over the samples in an order that the seed and the epoch's number decide.</summary>
    /// <param name="samples">The rows.</param>
    /// <param name="cancellation">Heard before every step.</param>
    /// <returns>Mean loss over the epoch, as met on the way.</returns>
    /// <exception cref="DivergenceException">A number became infinite or NaN.</exception>
    public double TrainEpoch(in Samples<T> samples, CancellationToken cancellation = default) => TrainEpoch([samples], cancellation);

    /// <summary>
    /// One pass over samples that come in blocks, for more rows than memory has: block after block as they come, the rows of each in an order
    /// that the seed, the epoch's number and the block's decide. One block is the epoch of <see cref="TrainEpoch(in Samples{T}, CancellationToken)"/>.
    /// </summary>
    /// <param name="blocks">The rows; a block is asked for when the one before has been learned from. Its last batch may be smaller.</param>
    /// <param name="cancellation">Heard before every step.</param>
    /// <returns>Mean loss over the epoch, as met on the way.</returns>
    /// <exception cref="DivergenceException">A number became infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public double TrainEpoch(IEnumerable<Samples<T>> blocks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        Epoch++;
        IsStopping = false;
        _batch.BeginEpoch();
        RandomStream stream = Network.Stream($"order/{Epoch}");
        long rest = StepsPerEpoch == 0 ? long.MaxValue : (long)StepsPerEpoch * _batch.Capacity, step = 0, met = 0;
        double loss = 0;
        foreach (Samples<T> samples in blocks)
        {
            int[] order = new int[samples.Count];
            stream.FillPermutation(order);
            int taken = (int)Math.Min(order.Length, rest);
            rest -= taken;
            for (int start = 0; start < taken && !IsStopping; start += _batch.Capacity)
            {
                cancellation.ThrowIfCancellationRequested();
                ReadOnlySpan<int> rows = order.AsSpan(start, Math.Min(_batch.Capacity, taken - start));
                _batch.Gather(samples, rows);
                loss += Learn(++step) * rows.Length;
                met += rows.Length;
            }
            if (rest == 0 || IsStopping)
                break;
        }
        if (met == 0)
            throw new InvalidOperationException("There are no rows to learn from.");
        ThrowIfParametersDiverged(step);
        _good.Take();
        Loss = loss / met;
        EpochEnded?.Invoke(this);
        return Loss;
    }

    /// <summary>The network's outputs y for some rows, without learning; all layers' activities can then be read in <see cref="Context"/>.</summary>
    /// <param name="features">[rows, features], row by row; at most as many rows as the batch size.</param>
    /// <param name="instructions">What each row is asked, [rows, width]; empty for nothing.</param>
    /// <returns>[rows, outputs], valid until the next call.</returns>
    /// <exception cref="ArgumentException">The length does not fit the network.</exception>
    public Signal<T> Predict(ReadOnlySpan<T> features, ReadOnlySpan<T> instructions = default)
    {
        _batch.Fill(features);
        _batch.Instruct(instructions);
        Context.Observe(_batch.Input, _batch.Target, default, _batch.Instructions);
        Rule.Predict(Context);
        return Context.Clean.Units(Context.Depth);
    }

    /// <summary>Mean loss and share of rows whose largest output is the target's (of a single output: on the right side of one half), without learning.</summary>
    /// <param name="samples">The rows.</param>
    /// <returns>Both.</returns>
    public (double Loss, double Accuracy) Evaluate(in Samples<T> samples)
    {
        double loss = 0;
        int right = 0;
        int[] rows = new int[_batch.Capacity];
        for (int start = 0; start < samples.Count; start += rows.Length)
        {
            int count = Math.Min(rows.Length, samples.Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            _batch.Gather(samples, rows.AsSpan(0, count));
            Context.Observe(_batch.Input, _batch.Target, _batch.Weights, _batch.Instructions);
            Context.MaskTargets(_batch.TargetMask);
            Context.Interruption?.Invoke();
            Rule.Predict(Context);
            Context.LossPerSample(Context.Clean, Context.Losses);
            loss += Context.MeanLoss * count;
            for (int i = 0; i < count; i++)
            {
                if (SameChoice(Context.Clean.Units(Context.Depth).Row(i), Context.Target.Row(i)))
                    right++;
            }
        }
        return (loss / samples.Count, (double)right / samples.Count);
    }

    /// <summary>The gradient along which a parameter moved in the last step in which it was taught; empty if it never was.</summary>
    /// <param name="parameter">A parameter of the network.</param>
    /// <returns>In the parameter's layout; a view, valid until the next step.</returns>
    /// <remarks>Plain descent without weight decay moves weights in the product itself and leaves no gradient; any other optimizer does.</remarks>
    public ReadOnlySpan<T> Gradient(Parameter<T> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Context.LastGradientOf(parameter);
    }

    /// <summary>Releases the memory; the network stays.</summary>
    public void Dispose()
    {
        // Readers of the finished network may be many at once.
        foreach (Parameter<T> parameter in Network.Parameters)
            parameter.CatchUp();
        _optimizer.Dispose();
        foreach (Parameter<T> parameter in Network.Parameters)
            parameter.ForgetTurned();
        Context.Dispose();
        _batch.Dispose();
    }

    private double Learn(long number)
    {
        if (!_batch.TargetMask.IsEmpty && !Rule.AllowsFreeOutputs)
            throw new ArgumentException($"{Rule.Name} needs a target for every output; the rows have a mask of targets.");
        Context.Begin(_batch.Input, _batch.Target, _batch.Weights, _batch.Instructions);
        Context.MaskTargets(_batch.TargetMask);
        Rule.ComputeCredit(Context);
        Loss = Context.MeanLoss;
        if (!double.IsFinite(Loss))
            Diverged(number);
        Context.Finish();
        Rule.AfterStep(Context);
        StepEnded?.Invoke(this);
        return Loss;
    }

    /// <summary>Whether an output speaks for the target: by its largest number, or, of a single one, on the right side of one half.</summary>
    internal static bool SameChoice(ReadOnlySpan<T> output, ReadOnlySpan<T> target) => output.Length == 1
        ? output[0] > T.CreateChecked(0.5) == target[0] > T.CreateChecked(0.5)
        : TensorPrimitives.IndexOfMax(output) == TensorPrimitives.IndexOfMax(target);

    private void ThrowIfParametersDiverged(long step)
    {
        foreach (Parameter<T> parameter in Network.Parameters)
        {
            if (!TensorPrimitives.IsFiniteAll(parameter.Numbers))
                throw Divergence(parameter.Layer, $"the tensor {parameter.Key}", step);
        }
    }

    private void Diverged(long step)
    {
        for (int l = 1; l <= Context.Depth; l++)
        {
            if (!TensorPrimitives.IsFiniteAll<T>(Context.Clean.PreActivation(l).Span))
                throw Divergence(l, "the pre-activation", step);
        }
        throw Divergence(Context.Depth, "the loss", step);
    }

    private DivergenceException Divergence(int layer, string what, long step)
    {
        _good.PutBack();
        return new DivergenceException(Rule.Name, Context.Layer(layer), what, Epoch, step);
    }
}
