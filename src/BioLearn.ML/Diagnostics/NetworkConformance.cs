using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Diagnostics;

/// <summary>
/// Checks what every layer kind, activation and output head must keep to, on a small network that contains it: the way down is the adjoint of the
/// way up (gradients against differences of the loss, tensor by tensor), a row alone gives what it gives in a batch, and the description
/// survives saving.
/// </summary>
public static class NetworkConformance
{
    private const int Batch = 4;
    private const double Step = 1e-6, Tolerance = 1e-4;
    private const int NumbersOfATensor = 40;

    /// <summary>Runs all checks in double; none stops the others.</summary>
    /// <param name="spec">A network with what is to be checked somewhere below its last layer (a head: with that head); small, because every difference is two passes.</param>
    /// <param name="seed">Seed of weights and rows. Functions with kinks may stand at one for some seed, never for all.</param>
    /// <returns>A finding a check.</returns>
    public static IReadOnlyList<RuleFinding> Run(NetworkSpec spec, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Backpropagation rule = new();
        using Network<double> network = new(spec, rule, Initializer.GlorotUniform, seed);
        // Away from where they start, so that none stands at a kink.
        foreach (Parameter<double> parameter in network.Parameters.Where(p => p.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift))
            new RandomStream(seed, parameter.Key).FillUniform<double>(parameter.Values, 0.1, 0.6);
        using NativeBuffer<double> input = new(Batch * spec.Input.Size), target = new(Batch * spec.Outputs);
        new RandomStream(seed, "inputs").FillNormal<double>(input.Span, 0, 1);
        for (int row = 0; row < Batch; row++)
            target.Span[(row * spec.Outputs) + (row % spec.Outputs)] = 1;
        using LearningContext<double> step = new(network, Batch);
        step.Begin(new(input, Batch, spec.Input.Size), new(target, Batch, spec.Outputs));
        rule.ComputeCredit(step);
        return
        [
            .. network.Parameters.Where(p => p.Role != ParameterRole.RunningStatistic).Select(p => Gradient(step, p)),
            RowsAlone(step, input, target),
            SavedForm(spec),
        ];
    }

    private static RuleFinding Gradient(LearningContext<double> step, Parameter<double> parameter)
    {
        double[] gradient = step.GradientOf(parameter).ToArray();
        string check = $"gradient of {parameter.Key}";
        if (gradient.Length == 0)
            return new(check, false, "it is never taught");
        double scale = Math.Max(1e-3, gradient.Max(Math.Abs)), worst = 0;
        int compared = 0;
        string detail = "";
        for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / NumbersOfATensor), compared++)
        {
            double difference = Difference(step, parameter, i), off = Math.Abs(gradient[i] - difference) / scale;
            if (!(off <= worst)) // NaN counts as worst
                (worst, detail) = (off, $"; number {i} is {gradient[i]:g6}, the loss says {difference:g6}");
        }
        return new(check, worst < Tolerance, $"{compared} numbers{(worst < Tolerance ? "" : detail)}");
    }

    /// <summary>The loss at p ± step, in the same learning step, so that gates and statistics are the same.</summary>
    private static double Difference(LearningContext<double> step, Parameter<double> parameter, int index)
    {
        double value = parameter.Values[index];
        parameter.Values[index] = value + Step;
        double above = Loss(step);
        parameter.Values[index] = value - Step;
        double below = Loss(step);
        parameter.Values[index] = value;
        return (above - below) / (2 * Step);
    }

    private static double Loss(LearningContext<double> step)
    {
        step.Forward();
        step.LossPerSample(step.Clean, step.Losses);
        return step.MeanLoss;
    }

    private static RuleFinding RowsAlone(LearningContext<double> step, NativeBuffer<double> input, NativeBuffer<double> target)
    {
        int features = step.Spec.Input.Size, outputs = step.Spec.Outputs;
        step.Observe(new(input, Batch, features), new(target, Batch, outputs));
        step.Forward();
        double[] together = step.Clean.Units(step.Depth).Span.ToArray();
        using NativeBuffer<double> row = new(features);
        for (int b = 0; b < Batch; b++)
        {
            input.Span.Slice(b * features, features).CopyTo(row.Span);
            step.Observe(new(row, 1, features), new(target, 1, outputs));
            step.Forward();
            for (int i = 0; i < outputs; i++)
            {
                double alone = step.Clean.Units(step.Depth).Span[i], expected = together[(b * outputs) + i];
                if (!(Math.Abs(alone - expected) <= 1e-9 * Math.Max(1, Math.Abs(expected))))
                    return new("rows alone", false, $"row {b} gives {alone:g6} at output {i}, in the batch {expected:g6}");
            }
        }
        return new("rows alone", true, $"{Batch} rows");
    }

    private static RuleFinding SavedForm(NetworkSpec spec)
    {
        try
        {
            string written = NetworkSpecFile.Write(spec);
            NetworkSpec read = NetworkSpecFile.Read(written);
            bool same = NetworkSpecFile.Write(read) == written && read.ToString() == spec.ToString();
            return new("saved form", same, same ? "the description is read as it was written" : "another description is read than was written: every size must be a public property with a setter, or stand in the constructor");
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            return new("saved form", false, e.Message);
        }
    }
}
