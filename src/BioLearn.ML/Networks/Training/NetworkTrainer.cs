using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// The loop that carries any rule: shuffle, gather a mini-batch, let the rule compute credit, let the optimizer move the
/// parameters; stop early, and put the network back to its last good parameters if it diverges.
/// </summary>
internal sealed class NetworkTrainer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly LearningRule _rule;
    private readonly MiniBatch<T> _batch;
    private readonly Dictionary<Parameter<T>, T[]> _good = [];

    public NetworkTrainer(Network<T> network, LearningRule rule, OptimizerSettings optimizer, int batchSize, int threads = 1)
    {
        _network = network;
        _rule = rule;
        Optimizer = new Optimizer<T>(optimizer);
        Step = new LearningContext<T>(network, batchSize, threads) { Apply = Optimizer.Apply, FuseDescent = optimizer is { Kind: OptimizerKind.Sgd, WeightDecay: 0 } };
        _batch = new MiniBatch<T>(network.Spec, batchSize);
        Keep();
    }

    public Optimizer<T> Optimizer { get; }

    public LearningContext<T> Step { get; }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Ends an epoch after so many steps; 0 takes all samples.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>One pass over the samples in an order that the seed and the epoch's number decide.</summary>
    /// <returns>Mean loss over the epoch, as met on the way.</returns>
    /// <exception cref="DivergenceException">A number became infinite or NaN.</exception>
    public double TrainEpoch(in Samples<T> samples, Action<long>? afterStep = null, CancellationToken cancellation = default)
    {
        Epoch++;
        int[] order = new int[samples.Count];
        _network.Stream($"order/{Epoch}").FillPermutation(order);
        int taken = StepsPerEpoch == 0 ? order.Length : (int)Math.Min(order.Length, (long)StepsPerEpoch * _batch.Capacity);
        double loss = 0;
        long step = 0;
        for (int start = 0; start < taken; start += _batch.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<int> rows = order.AsSpan(start, Math.Min(_batch.Capacity, taken - start));
            _batch.Gather(samples, rows);
            Learn(++step);
            loss += Step.MeanLoss * rows.Length;
            afterStep?.Invoke(step);
        }
        ThrowIfParametersDiverged(step);
        Keep();
        return loss / taken;
    }

    /// <summary>One step on some rows.</summary>
    /// <exception cref="DivergenceException">The loss became infinite or NaN.</exception>
    public void TrainBatch(in Samples<T> samples, ReadOnlySpan<int> rows)
    {
        _batch.Gather(samples, rows);
        Learn(Step.Number + 2);
    }

    /// <summary>Mean loss and share of rows whose largest output is the target's, without learning.</summary>
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
            Step.Observe(_batch.Input, _batch.Target, _batch.Weights);
            _rule.Predict(Step);
            Step.LossPerSample(Step.Clean, Step.Losses);
            loss += Step.MeanLoss * count;
            for (int i = 0; i < count; i++)
            {
                if (SameChoice(Step.Clean.Units(Step.Depth).Row(i), Step.Target.Row(i)))
                    right++;
            }
        }
        return (loss / samples.Count, (double)right / samples.Count);
    }

    public void Dispose()
    {
        // Readers of the finished network may be many at once.
        foreach (Parameter<T> parameter in _network.Parameters)
            parameter.CatchUp();
        Optimizer.Dispose();
        Step.Dispose();
        _batch.Dispose();
    }

    private void Learn(long number)
    {
        Step.Begin(_batch.Input, _batch.Target, _batch.Weights);
        _rule.ComputeCredit(Step);
        if (!double.IsFinite(Step.MeanLoss))
            Diverged(number);
        Step.Finish();
        _rule.AfterStep(Step);
    }

    private static bool SameChoice(ReadOnlySpan<T> output, ReadOnlySpan<T> target) => output.Length == 1
        ? output[0] > T.CreateChecked(0.5) == target[0] > T.CreateChecked(0.5)
        : TensorPrimitives.IndexOfMax(output) == TensorPrimitives.IndexOfMax(target);

    private void Keep()
    {
        foreach (Parameter<T> parameter in _network.Parameters)
        {
            if (!_good.TryGetValue(parameter, out T[]? copy))
                _good[parameter] = copy = new T[parameter.Values.Length];
            parameter.Values.CopyTo(copy);
        }
    }

    private void PutBack()
    {
        foreach ((Parameter<T> parameter, T[] copy) in _good)
            copy.CopyTo(parameter.Values);
    }

    private void ThrowIfParametersDiverged(long step)
    {
        foreach (Parameter<T> parameter in _network.Parameters)
        {
            if (!TensorPrimitives.IsFiniteAll<T>(parameter.Values))
                throw Divergence(parameter.Layer, $"the tensor {parameter.Key}", step);
        }
    }

    private void Diverged(long step)
    {
        for (int l = 1; l <= Step.Depth; l++)
        {
            if (!TensorPrimitives.IsFiniteAll<T>(Step.Clean.PreActivation(l).Span))
                throw Divergence(l, "the pre-activation", step);
        }
        throw Divergence(Step.Depth, "the loss", step);
    }

    private DivergenceException Divergence(int layer, string what, long step)
    {
        PutBack();
        return new DivergenceException(_rule.Name, Step.Layer(layer), what, Epoch, step);
    }
}
