using System.Text.Json;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Predictive coding, and its backpropagation twins, step by step against core_trainer.json.</summary>
public class PredictiveCodingFixtureTests
{
    public static TheoryData<string, int> Cases() => FixtureFiles.Cases("prospective", "core_trainer*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_on_fixture_gives_losses_energies_rates_and_weights(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case("prospective", file, index));
        List<(double Loss, double Energy, double Rate)> seen = [];
        bool predictive = f.At("predictive_coding").GetBoolean();
        LearningRule rule = predictive ? Predictive(f, seen) : new Backpropagation();
        int[] sizes = [.. f.Numbers("sizes").Select(s => (int)s)];
        Activation[] hidden = [.. f.At("hidden_activation").EnumerateArray().Select(name => CreditFixture.ActivationOf(name.GetString()!))];
        NetworkSpec spec = new(
            new TensorShape(sizes[0]), [.. sizes[1..^1].Select((units, l) => new Dense(units, hidden[l])), new Dense(sizes[^1], Activation.Linear)], OutputHead.LinearSquaredError);
        int batch = (int)f.Number("batch");
        using Optimizer<double> optimizer = new(Settings(f));
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
        {
            f.Layers("W_init")[l - 1].CopyTo(network.Weights(l).Values);
            if (f.At("bias").GetBoolean())
                f.Layers("b_init")[l - 1].CopyTo(network.Biases(l).Values);
        }
        for (int i = 0; i < f.At("batches").GetArrayLength(); i++)
        {
            string at = $"batches/{i}";
            using RuleBench<double> bench = new(network, rule, f.Numbers($"{at}/input"), f.Numbers($"{at}/target"), batch);
            bool[] mask = f.At("output_mask").ValueKind == JsonValueKind.Array ? [.. Enumerable.Repeat(f.Numbers("output_mask"), batch).SelectMany(m => m).Select(m => m != 0)] : [];
            bench.Step.MaskTargets(mask);
            bench.Step.Apply = step => ApplyWeights(step, optimizer, f.At("bias").GetBoolean(), predictive ? 1 : batch);
            seen.Clear();
            for (int repeat = 0; repeat < (predictive ? 1 : (int)f.Number("T")); repeat++)
            {
                if (repeat > 0)
                {
                    bench.Begin();
                    bench.Step.MaskTargets(mask);
                }
                bench.Credit();
                bench.Step.ApplyUpdates();
            }
            if (predictive)
            {
                Close.To<double>(f.Numbers($"{at}/loss_per_step"), seen.Select(s => s.Loss).ToArray(), 1e-10, $"{at} loss");
                Close.To<double>(f.Numbers($"{at}/energy_per_step"), seen.Select(s => s.Energy).ToArray(), 1e-10, $"{at} energy");
                Close.To<double>(f.Numbers($"{at}/x_lr_per_step"), seen.Select(s => s.Rate).ToArray(), 1e-10, $"{at} rate");
            }
            for (int l = 1; l <= network.Depth; l++)
            {
                Close.To<double>(f.Layers($"{at}/W_after")[l - 1], network.Weights(l).Values, 1e-10, $"{at} W_{l}");
                if (f.At("bias").GetBoolean())
                    Close.To<double>(f.Layers($"{at}/b_after")[l - 1], network.Biases(l).Values, 1e-10, $"{at} b_{l}");
            }
        }
    }

    private static PredictiveCoding Predictive(CreditFixture f, List<(double, double, double)> seen) => new()
    {
        SumOverBatch = true,
        InferenceSteps = (int)f.Number("T"),
        InferenceRate = f.Number("x_lr"),
        RateDiscount = f.Number("x_lr_discount"),
        RateAmplifier = f.Number("x_lr_amplifier"),
        InferenceOptimizer = Enum.Parse<InferenceOptimizer>(f.At("x_optimizer").GetString()!, ignoreCase: true),
        EnergyCoefficient = f.Number("energy_coefficient"),
        WeightUpdates = f.At("update_p_at") switch
        {
            { ValueKind: JsonValueKind.Array } => WeightUpdateSchedule.Split,
            var e => e.GetString() switch
            {
                "all" => WeightUpdateSchedule.Every,
                "last_half" => WeightUpdateSchedule.LastHalf,
                _ => WeightUpdateSchedule.Last,
            },
        },
        Watch = (_, loss, energy, rate) => seen.Add((loss, energy, rate)),
    };

    /// <summary>Gradients here are sums over the batch; backpropagation's are means, so it gets them times the batch.</summary>
    private static void ApplyWeights(LearningContext<double> step, Optimizer<double> optimizer, bool bias, int factor)
    {
        step.Taught.RemoveAll(p => !bias && p.Name == "b");
        foreach (Parameter<double> parameter in step.Taught.ToArray())
        {
            Span<double> gradient = step.Gradient(parameter).Span;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] *= factor;
        }
        optimizer.Apply(step);
    }

    private static OptimizerSettings Settings(CreditFixture f) =>
        new(Enum.Parse<OptimizerKind>(f.At("p_optimizer").GetString()!, ignoreCase: true), f.Number("p_optimizer_kwargs/lr"))
        {
            WeightDecay = f.Has("p_optimizer_kwargs/weight_decay") ? f.Number("p_optimizer_kwargs/weight_decay") : 0,
            DecayBiases = true,
        };
}
