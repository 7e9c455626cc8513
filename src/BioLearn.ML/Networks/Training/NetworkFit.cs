using System.Globalization;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>From rows and options to a trained network: what stands behind every learning-rule trainer.</summary>
internal static class NetworkFit
{
    private const double LargeTarget = 10;

    public static NetworkModelParameters Train(PredictionTask task, LearningRule rule, NetworkOptions options, TrainingContext<NetworkModelParameters> context)
    {
        options.Validate();
        if (rule.RequiredInstructionWidth > 0 && context.Data.Instructions is null)
            throw new InvalidOperationException($"{rule.Name} with an InstructionWidth of {rule.RequiredInstructionWidth} needs so many numbers with each row; this trainer reads no instructions, InstructedNetwork does.");
        OptimizerSettings optimizer = options.Optimizer ?? rule.PreferredOptimizer ?? OptimizerSettings.Adam(1e-3);
        TrainingState start = TrainingState.Begin(
            context.InitialModel?.State, context.InitialModel is not null, RuleNames.Of(rule.GetType()), options.Seed, context.Seed, optimizer.Kind, options.SaveOptimizerState, context.Run);
        context = context with { Seed = options.Seed is null ? start.Seed : context.Seed };
        NetworkSpec spec = Describe(task, rule, options, context.Data);
        if (context.InitialModel is { } model)
            spec = KeepNetwork(model.Spec, spec, context.Run);
        // A model that goes on learning reads its rows as it always has.
        FeatureMap? input = context.InitialModel is { } earlier ? earlier.InputMap : FeatureScaling.Find(options.NormalizeFeatures, options.FeatureColumnName, context, options.InputShape);
        FeatureMap? label = context.InitialModel is { } first ? first.LabelMap : LabelScaling.Find(options.StandardizeLabel, options.LabelColumnName, context, rule.OutputRange(spec));
        (Samples<float> training, Samples<float>? validation) = Split(options, context, spec, data => SamplesOf(data, input, label));
        AugmentedSamples? augmented = AugmentedSamples.Of(options, training, spec.Input, context.Blocks is not null, context.Seed);
        int epochs = options.EpochsFor(context.Blocks?.RowCount ?? training.Count);
        if (options.EarlyStoppingPatience > 0 && validation is null)
            context.Run.Warning($"EarlyStoppingPatience {options.EarlyStoppingPatience} has no effect without validation rows: set ValidationFraction, or give Fit a validation set.");
        if (label is null)
            WarnOfLargeTargets(context);
        if (rule.Caution(spec) is { } caution)
            context.Run.Warning(caution);
        TensorLengths.RequireHoldable(spec, rule);
        NetworkMemory.Require(spec, rule, options, optimizer.Kind, context.Data);
        Network<float> network = new(spec, rule, options.Initializer, context.Seed, options.BiasInitializer);
        if (context.InitialModel is { } initial)
            CopyParameters(initial, network, rule, context.Run);
        ScaleLearningRates(network, options);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, Math.Min(options.BatchSize, training.Count), options.Threads) { StepsPerEpoch = options.StepsPerEpoch };
        trainer.StepEnded += _ => context.Run.ThrowIfCancelled();
        trainer.Context.Interruption = context.Run.ThrowIfCancelled;
        trainer.GoOn(start.Epochs, start.Steps, start.Memory);
        if (context.Blocks is null)
            UntaughtTasks.Warn(training.Instructions, context.Data.Instructions?.Form, context.InitialModel is not null, context.Run);
        DeadSubNetworks.Warn(network, rule, training.Instructions, context.Data.Instructions?.Form, "before training", context.Run);
        using IDisposable? observing = options.Diagnostics?.Attach(trainer, training);
        LearningRateSchedule schedule = new(options);
        for (int epoch = 1; epoch <= start.Epochs; epoch++)
            LowerRate(trainer, schedule, epoch);
        BestEpoch<float> best = new(network);
        TrainingState reached = start;
        TrainingState? atBest = null;
        bool diverged = false;
        int last = (int)Math.Min((long)start.Epochs + epochs, int.MaxValue - 1);
        for (int epoch = start.Epochs + 1; epoch <= last; epoch++)
        {
            double loss;
            try
            {
                loss = context.Blocks is { } blocks ? trainer.TrainEpoch(blocks.Read().Select(block => SamplesOf(block, input, label))) : trainer.TrainEpoch(augmented?.Epoch(epoch) ?? training);
            }
            catch (DivergenceException e)
            {
                context.Run.Warning(e.Message);
                if (epoch == start.Epochs + 1)
                    throw;
                diverged = true;
                break;
            }
            reached = start with { Epochs = epoch, Steps = trainer.Steps, Memory = null };
            LowerRate(trainer, schedule, epoch);
            (double Loss, double Accuracy)? measured = validation is { } v ? trainer.Evaluate(v) : null;
            double? validationLoss = measured?.Loss;
            context.Run.Report(new TrainingProgress(epoch, last, loss, validationLoss, context.Data.ClassCount > 0 ? measured?.Accuracy : null));
            if (options.EarlyStoppingPatience == 0 || validationLoss is not { } now)
                continue;
            if (best.Note(now))
                atBest = reached with { Memory = trainer.Remember() };
            else if (best.Stale >= options.EarlyStoppingPatience)
            {
                context.Run.Info($"Stopped after epoch {epoch}: the validation loss has not fallen for {options.EarlyStoppingPatience} epochs.");
                break;
            }
        }
        if (options.EarlyStoppingPatience > 0)
            best.PutBack();
        DeadSubNetworks.Warn(network, rule, training.Instructions, context.Data.Instructions?.Form, "after training", context.Run);
        // What diverged is in the optimizer's memory, too.
        TrainingState state = atBest ?? (diverged ? reached : reached with { Memory = trainer.Remember() });
        return new NetworkModelParameters(network, rule, task == PredictionTask.Regression) { InputMap = input, LabelMap = label, State = state, Instruction = context.Data.Instructions?.Form };
    }

    private static NetworkSpec Describe(PredictionTask task, LearningRule rule, NetworkOptions options, TrainingData data)
    {
        TensorShape input = options.InputShape ?? new TensorShape(data.FeatureCount);
        if (input.Size != data.FeatureCount)
            throw new ArgumentException($"InputShape {input} has {input.Size} numbers, the feature column '{options.FeatureColumnName}' has {data.FeatureCount}.", nameof(options));
        if (task == PredictionTask.Multiclass && data.ClassCount < 2)
            throw new InvalidOperationException($"The label column '{options.LabelColumnName}' has {data.ClassCount} class; there is nothing to tell apart, at least two are needed.");
        Activation activation = options.Activation ?? rule.PreferredActivationFor(options.HiddenUnits.Count) ?? Activation.Tanh;
        OutputHead head = options.Head ?? rule.PreferredHead ?? task switch
        {
            PredictionTask.Multiclass => OutputHead.SoftmaxCrossEntropy,
            PredictionTask.Binary => OutputHead.SigmoidCrossEntropy,
            _ => OutputHead.LinearSquaredError,
        };
        int outputs = task == PredictionTask.Multiclass ? data.ClassCount : 1;
        if (outputs == 1 && head.SumsToOne)
            throw new ArgumentException($"Head {head} shares out one among at least two outputs; the label column '{options.LabelColumnName}' has one output, whose share is always 1. Take {(task == PredictionTask.Binary ? OutputHead.SigmoidCrossEntropy : OutputHead.LinearSquaredError)}.", nameof(options));
        return new NetworkSpec(input, [.. options.HiddenLayers(input, activation), options.OutputLayer(outputs, data.Instructions?.Form)], head);
    }

    /// <summary>The learning rate after an epoch, counted from the first of all; where the options leave it alone it is an observer's to change.</summary>
    private static void LowerRate(NetworkTrainer<float> trainer, LearningRateSchedule schedule, int epoch)
    {
        if (!schedule.IsConstant)
            trainer.LearningRateFactor = schedule.After(epoch);
    }

    private static NetworkSpec KeepNetwork(NetworkSpec initial, NetworkSpec asked, TrainingRun run)
    {
        if (initial.Input != asked.Input || initial.Head != asked.Head || !initial.Layers.SequenceEqual(asked.Layers))
            run.Warning($"The initial model's network is taught further as it is, {initial} with {initial.Head}; the options would make {asked} with {asked.Head}. HiddenUnits, Layers, Activation, InputShape and Head, and what else describes a network, have no effect on it.");
        return initial;
    }

    private static void ScaleLearningRates(Network<float> network, NetworkOptions options)
    {
        IReadOnlyList<double> scales = options.LearningRateScales;
        Layer[] weighted = [.. network.Spec.Graph.Where(l => l.HasWeights)];
        if (scales.Count != 0 && scales.Count != weighted.Length)
            throw new ArgumentException($"LearningRateScales has {scales.Count} numbers, the network {weighted.Length} layers with weights; expected one for each.", nameof(options));
        for (int i = 0; i < weighted.Length; i++)
        {
            int layer = weighted[i].Index;
            double scale = scales.Count == 0 ? 1 : scales[i];
            network.Weights(layer).LearningRateScale = scale;
            network.Biases(layer).LearningRateScale = options.LearnBiases ? scale : 0;
            foreach (Parameter<float> tensor in network.Normalization(layer))
                tensor.LearningRateScale = scale;
        }
    }

    private static (Samples<float> Training, Samples<float>? Validation) Split(NetworkOptions options, TrainingContext<NetworkModelParameters> context, NetworkSpec spec, Func<TrainingData, Samples<float>> samplesOf)
    {
        Samples<float> all = samplesOf(context.Data);
        if (spec.Input.Size != context.Data.FeatureCount)
            throw new InvalidOperationException($"The model to go on from reads {spec.Input.Size} features, the data has {context.Data.FeatureCount}.");
        if (context.Validation is { } given)
            return (all, samplesOf(given));
        int held = (int)(all.Count * options.ValidationFraction);
        if (held == 0)
            return (all, null);
        int[] order = new int[all.Count];
        new RandomStream(context.Seed, "validation").FillPermutation(order);
        return (all.Take(order.AsSpan(held)), all.Take(order.AsSpan(0, held)));
    }

    // Outputs start near 0 and move by about the learning rate a step: targets in the hundreds are not reached, and nothing else says so.
    private static void WarnOfLargeTargets(TrainingContext<NetworkModelParameters> context)
    {
        if (context.Data.ClassCount > 0)
            return;
        double size = Math.Sqrt(context.Data.Targets.ToArray().Average(t => (double)t * t));
        if (size > LargeTarget)
            context.Run.Warning(string.Create(CultureInfo.InvariantCulture, $"The label's root mean square is {size:0.#}; a network learns numbers of about 1. Leave StandardizeLabel on, or scale the label before the trainer and the score back behind it (docs/mlnet.md)."));
    }

    private static Samples<float> SamplesOf(TrainingData data, FeatureMap? input, FeatureMap? label)
    {
        ReadOnlyMemory<float> weights = data.Weights.ToArray();
        ReadOnlyMemory<float> targets = LabelScaling.Targets(data.Targets, label);
        Samples<float> samples = data.Sparse is { } sparse && input is not { KeepsZeros: false }
            ? data.ClassCount > 0 ? Samples<float>.OfClasses(sparse, data.Classes.ToArray(), weights) : Samples<float>.OfTargets(sparse, targets, weights)
            : data.ClassCount > 0
            ? Samples<float>.OfClasses(data.Features, data.Classes.ToArray(), weights)
            : Samples<float>.OfTargets(data.Features, targets, data.Count, weights);
        return samples.With(input).With(data.Instructions is { } rows ? InstructionsOf(rows) : null);
    }

    private static Instructions<float> InstructionsOf(InstructionRows rows) => rows.Form.IsKey
        ? Instructions<float>.OfTasks(rows.Tasks.ToArray(), rows.Form.Width)
        : Instructions<float>.OfVectors(rows.Vectors.Span, rows.Form.Width);

    private static void CopyParameters(NetworkModelParameters initial, Network<float> to, LearningRule rule, TrainingRun run)
    {
        Dictionary<string, Parameter<float>> known = initial.Network.Parameters.ToDictionary(p => p.Key);
        List<string> anew = [];
        foreach (Parameter<float> parameter in to.Parameters)
        {
            if (known.TryGetValue(parameter.Key, out Parameter<float>? start) && (start.Rows, start.Columns) == (parameter.Rows, parameter.Columns))
                start.Values.CopyTo(parameter.Values);
            else
                anew.Add($"{parameter}");
        }
        // Another rule brings tensors of its own; the same rule with other options forgets some.
        if (anew.Count > 0 && initial.Rule?.GetType() == rule.GetType())
            run.Warning($"The initial model was taught by {rule.Name} with other options: {string.Join(", ", anew)} {(anew.Count == 1 ? "begins" : "begin")} anew, since it has none of this shape.");
    }
}
