using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.Kernels.Tests.Elementwise;

/// <summary>
/// Optimizers against torch.optim's figures in optimizers.json. A name says every number but the learning rate, to which the first step is
/// proportional: that of the first parameter gives the rate, all others and all further steps are checked.
/// </summary>
public sealed partial class OptimizerFixtureTests
{
    /// <summary>The file also has centred RMSprop and that of Lee's program, which the library has not.</summary>
    private static readonly string[] Kinds = ["sgd", "sgd_momentum", "nesterov", "adam_b", "adamw_wd", "rmsprop_a"];

    public static TheoryData<string, int> Cases() => FixtureFiles.Cases("credit", "optimizers*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_are_those_of_torch(string file, int index)
    {
        JsonElement one = FixtureFiles.Case("credit", file, index);
        double[] start = Numbers(one.GetProperty("inputs").GetProperty("theta0"));
        double[][] gradients = [.. one.GetProperty("inputs").GetProperty("gradients_per_step").EnumerateArray().Select(Numbers)];
        HashSet<string> seen = [];
        foreach (var optimizer in one.GetProperty("expected").GetProperty("theta_after_each_step").EnumerateObject())
        {
            Match name = Name().Match(optimizer.Name);
            if (!name.Success || !Kinds.Contains(name.Groups["kind"].Value))
                continue;
            double[] numbers = [.. name.Groups["number"].Captures.Select(c => double.Parse(c.Value, CultureInfo.InvariantCulture))];
            double[][] expected = [.. optimizer.Value.EnumerateArray().Select(Numbers)];
            double whole = start[0] - Run(name.Groups["kind"].Value, numbers, 1, start, gradients[..1])[0][0];
            double rate = Math.Round((start[0] - expected[0][0]) / whole, 9);
            double[][] found = Run(name.Groups["kind"].Value, numbers, rate, start, gradients);
            for (int step = 0; step < gradients.Length; step++)
            {
                for (int i = 0; i < start.Length; i++)
                    Assert.True(Math.Abs(expected[step][i] - found[step][i]) <= 1e-11, $"{optimizer.Name}, step {step + 1}, parameter {i}: {found[step][i]:R} instead of {expected[step][i]:R}");
            }
            seen.Add(name.Groups["kind"].Value);
        }
        string[] names = [.. one.GetProperty("expected").GetProperty("theta_after_each_step").EnumerateObject().Select(p => p.Name)];
        Assert.NotEmpty(seen);
        Assert.Equal(Kinds.Where(kind => names.Any(name => name.StartsWith(kind, StringComparison.Ordinal))).Order(), seen.Order());
    }

    private static double[][] Run(string kind, double[] numbers, double rate, double[] start, double[][] gradients)
    {
        double[] p = [.. start], first = new double[start.Length], second = new double[start.Length];
        List<double[]> after = [];
        for (int step = 1; step <= gradients.Length; step++)
        {
            double[] g = gradients[step - 1];
            switch (kind)
            {
                case "sgd": Step(new GradientDescent<double>(rate, double.PositiveInfinity), 0); break;
                case "sgd_momentum": Step(new Momentum<double>(rate, numbers[0], false), numbers[1]); break;
                case "nesterov": Step(new Momentum<double>(rate, numbers[0], true), 0); break;
                case "adam_b": Step(Adam<double>.Standard(rate, step, numbers[0], numbers[1], numbers[2]), 0); break;
                case "adamw_wd": Step(Adam<double>.DecoupledDecay(rate, numbers[0], step), 0); break;
                default: Step(new RmsProp<double>(rate, numbers[0], numbers[1]), 0); break;
            }
            after.Add([.. p]);

            void Step<TRule>(TRule rule, double decay)
                where TRule : struct, IOptimizerRule<double> =>
                OptimizerSweep.Step<double, TRule>(rule, p, g, first.AsSpan(0, TRule.States >= 1 ? p.Length : 0), second.AsSpan(0, TRule.States >= 2 ? p.Length : 0), decay);
        }
        return [.. after];
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>"adam_b0.9_0.99_eps1e-8" is of kind adam_b with three numbers.</summary>
    [GeneratedRegex(@"^(?<kind>[a-z_]+?)(?:(?<number>\d[\d.]*(?:e-\d+)?)(?:_[a-z]*(?<number>\d[\d.]*(?:e-\d+)?))*)?$")]
    private static partial Regex Name();
}
