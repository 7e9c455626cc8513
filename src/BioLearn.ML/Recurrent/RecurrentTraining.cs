using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>From rows that hold sequences to a recurrent network taught online: what stands behind the trainers of RFLO, e-prop and rules of one's own.</summary>
internal sealed unsafe class RecurrentTraining : IDisposable
{
    private readonly OnlineRecurrentOptions _options;
    private readonly TrainingRun _run;
    private readonly RecurrentModelParameters _model;
    private readonly OnlineRecurrentRule<float> _rule;
    private readonly float[] _input;
    private readonly NativeBuffer<float> _work;
    private readonly Dictionary<Parameter<float>, float[]> _good = [];

    private RecurrentTraining(OnlineRecurrentOptions options, TrainingRun run, RecurrentModelParameters model)
    {
        _options = options;
        _run = run;
        _model = model;
        _rule = options.CreateRule(model.Network);
        _work = new NativeBuffer<float>((4 * model.OutputCount) + 1);
        _input = new float[model.Network.Inputs];
    }

    public static RecurrentModelParameters Train(PredictionTask task, OnlineRecurrentOptions options, TrainingContext<RecurrentModelParameters> context)
    {
        options.Validate();
        OutputHead head = task switch
        {
            PredictionTask.Multiclass => OutputHead.SoftmaxCrossEntropy,
            PredictionTask.Binary => OutputHead.SigmoidCrossEntropy,
            _ => OutputHead.LinearSquaredError,
        };
        LeakyRecurrentNetwork<float> network = SequenceRows.NetworkFor(task, options, options.TimeSteps, options.NumberOfUnits, options.Leak, context.Data, options.DecayOfReadout);
        TrainingState start = TrainingState.Begin(
            context.InitialModel?.State, context.InitialModel is not null, options.RuleName, options.Seed, context.Seed, options.Optimizer.Kind, options.SaveOptimizerState, context.Run);
        context = context with { Seed = options.Seed is null ? start.Seed : context.Seed };
        network.Draw(context.Seed);
        if (context.InitialModel is { } initial)
            SequenceRows.Copy(initial, network, options.TimeSteps, head);
        RecurrentModelParameters model = new(network, options.TimeSteps, head)
        {
            // A model that goes on learning reads its rows as it always has.
            InputMap = context.InitialModel is { } earlier ? earlier.InputMap : FeatureScaling.Find(options.NormalizeFeatures, options.FeatureColumnName, context, timeSteps: options.TimeSteps),
            LabelMap = context.InitialModel is { } first ? first.LabelMap : LabelScaling.Find(options.StandardizeLabel, options.LabelColumnName, context, ActivityRange.Any),
        };
        using RecurrentTraining training = new(options, context.Run, model);
        model.State = training.Run(context, start);
        return model;
    }

    public void Dispose() => _work.Dispose();

    private TrainingState Run(TrainingContext<RecurrentModelParameters> context, TrainingState start)
    {
        using Optimizer<float> optimizer = new(_options.Optimizer);
        optimizer.Recall(start.Memory ?? [], _model.Network.Parameters);
        TrainingState reached = start with { Memory = null };
        int epochs = _options.NumberOfEpochs ?? DefaultEpochs.For((context.Data.Count + _options.BatchSize - 1) / _options.BatchSize);
        int last = (int)Math.Min((long)start.Epochs + epochs, int.MaxValue - 1);
        int[] order = new int[context.Data.Count];
        for (int epoch = start.Epochs + 1; epoch <= last; epoch++)
        {
            new RandomStream(context.Seed, $"order/{epoch}").FillPermutation(order);
            double loss = 0;
            for (int first = 0; first < order.Length; first += _options.BatchSize)
            {
                _run.ThrowIfCancelled();
                ReadOnlySpan<int> rows = order.AsSpan(first, Math.Min(_options.BatchSize, order.Length - first));
                _rule.ClearGradients();
                foreach (int row in rows)
                    loss += Sequence(context.Data, row, 1f / rows.Length);
                if (!double.IsFinite(loss))
                {
                    Diverged(epoch, 1 + (first / _options.BatchSize), first: epoch == start.Epochs + 1);
                    return reached;
                }
                Shrink();
                if (_options.LearnUnits)
                    optimizer.Move(_model.Network.Weights, _rule.Gradient);
                optimizer.Move(_model.Network.Readout, _rule.ReadoutGradient);
                if (_rule.FeedbackGradient.Length > 0)
                    optimizer.Move(_model.Network.Feedback, _rule.FeedbackGradient);
            }
            Keep();
            long steps = (order.Length + _options.BatchSize - 1L) / _options.BatchSize;
            reached = reached with { Epochs = epoch, Steps = reached.Steps + steps };
            double? validation = context.Validation is { } v ? Enumerable.Range(0, v.Count).Average(row => Sequence(v, row, 0)) : null;
            _run.Report(new TrainingProgress(epoch, last, loss / order.Length, validation));
        }
        return reached with { Memory = optimizer.Remember() };
    }

    /// <summary>The weights of readout and feedback, not the readout's biases, shrink as the rule says.</summary>
    private void Shrink()
    {
        if (_rule.WeightDecay == 0)
            return;
        LeakyRecurrentNetwork<float> network = _model.Network;
        float kept = (float)(1 - _rule.WeightDecay);
        TensorPrimitives.Multiply(network.Feedback.Values, kept, network.Feedback.Values);
        for (int k = 0; k < network.Outputs; k++)
        {
            Span<float> weights = network.Readout.Values.Slice(k * network.Readout.Columns, network.Units);
            TensorPrimitives.Multiply(weights, kept, weights);
        }
    }

    private void Keep()
    {
        foreach (Parameter<float> parameter in _model.Network.Parameters)
            _good[parameter] = parameter.Values.ToArray();
    }

    /// <summary>Puts the parameters of the last good epoch back; there is none in the first.</summary>
    private void Diverged(int epoch, int step, bool first)
    {
        string message = $"Training with {_options.RuleName} diverged: the loss of the recurrent layer's outputs is not finite at step {step} of epoch {epoch}. "
            + "The parameters of the last good epoch are kept. A lower learning rate, or normalized features, usually helps.";
        if (first)
            throw new InvalidOperationException(message);
        _run.Warning(message);
        foreach ((Parameter<float> parameter, float[] values) in _good)
            values.CopyTo(parameter.Values);
    }

    /// <summary>Runs one sequence, and learns from it with a weight above 0.</summary>
    /// <returns>Mean loss over the taught steps.</returns>
    private double Sequence(TrainingData data, int row, float weight)
    {
        int inputs = _model.Network.Inputs, steps = _model.TimeSteps, outputs = _model.OutputCount;
        int taught = _options.TaughtSteps == 0 ? steps : _options.TaughtSteps;
        Signal<float> target = Work(0), output = Work(1), y = Work(2), error = Work(3), losses = new(_work.Pointer + (4 * outputs), 1, 1);
        SequenceRows.SetTarget(data, row, target.Span);
        _model.LabelMap?.Apply(target.Span);
        float share = (data.Weights.IsEmpty ? 1 : data.Weights[row]) / taught;
        double loss = 0;
        _rule.Start();
        for (int t = 0; t < steps; t++)
        {
            data.Features.Span.Slice((row * data.FeatureCount) + (t * inputs), inputs).CopyTo(_input);
            _model.InputMap?.Apply<float>(_input);
            _rule.Advance(_input, learning: weight > 0);
            if (t < steps - taught)
                continue;
            _rule.State.Output.CopyTo(output.Span);
            _model.Head.Output(output, y);
            _model.Head.Loss(output, y, target, losses);
            _model.Head.Error(y, target, error);
            loss += losses.Span[0] * share;
            if (weight <= 0)
                continue;
            foreach (ref float e in error.Span)
                e *= weight * share;
            _rule.Learn(error.Span);
        }
        return loss;

        Signal<float> Work(int slot) => new(_work.Pointer + (slot * outputs), 1, outputs);
    }
}
