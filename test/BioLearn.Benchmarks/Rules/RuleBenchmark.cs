using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Benchmarks.Rules;

/// <summary>
/// One training step, from rows to moved weights (plain gradient descent), of five rules on 784-256-10 and 784-256-256-10, and of
/// predictive coding on 784-32-32-10 with the 64 steps of its papers. "us" is a step; samples a second are batch / us. The same rows go to
/// both sides.
/// </summary>
/// <param name="make">The rows.</param>
internal sealed class RuleBenchmark(Func<RuleRows> make) : IBenchmark
{
    private const int Features = RuleRows.FeatureCount, Outputs = RuleRows.ClassCount;
    private const double Rate = 0.01;

    private readonly Lazy<RuleRows> _rows = new(make);

    public void Run(SideBySide bench)
    {
        foreach (int[] hidden in new int[][] { [256], [256, 256] })
        {
            foreach (int batch in new[] { 1, 32, 128 })
            {
                Compare(bench, "backpropagation", hidden, batch, new Backpropagation(), OutputHead.SoftmaxCrossEntropy, Activation.Tanh,
                    t => [new("autograd", t.Autograd), new("written out", t.Backpropagation)], agree: true);
                Compare(bench, "feedback-alignment", hidden, batch, new FeedbackAlignment(), OutputHead.SoftmaxCrossEntropy, Activation.Tanh,
                    t => [new("written out", t.FeedbackAlignment)]);
                Compare(bench, "direct-feedback-alignment", hidden, batch, new DirectFeedbackAlignment(), OutputHead.SoftmaxCrossEntropy, Activation.Tanh,
                    t => [new("written out", t.DirectFeedbackAlignment)]);
                Predictive(bench, "predictive-coding-T16", hidden, batch, 16, Activation.Tanh);
                Equilibrium(bench, hidden, batch);
            }
        }
        foreach (int batch in new[] { 1, 60 })
            Predictive(bench, "predictive-coding-T64", [32, 32], batch, 64, Activation.Tanh);
        Equilibrium(bench, [256], 64);
        // The deep nets of prospective configuration: 64 units a layer, 8 and 15 layers of weights.
        foreach (int depth in new[] { 8, 15 })
        {
            Compare(bench, "predictive-coding-T128-discount", [.. Enumerable.Repeat(64, depth - 1)], 60, new PredictiveCoding { InferenceSteps = 128, InferenceRate = 0.1, SumOverBatch = true },
                OutputHead.LinearSquaredError, Activation.LeakyReLU, _ => [], rate: Rate / 60);
        }
    }

    private void Predictive(SideBySide bench, string name, int[] hidden, int batch, int steps, Activation activation)
    {
        PredictiveCoding rule = new() { InferenceSteps = steps, InferenceRate = 0.1, RateDiscount = 1, SumOverBatch = true };
        Compare(bench, name, hidden, batch, rule, OutputHead.LinearSquaredError, activation,
            t => [new("written out", () => t.PredictiveCoding(steps, 0.1f, (float)Rate / batch))], agree: true, rate: Rate / batch);
        // The papers' setting halves the rate where the energy does not fall; TorchSharp would pay for the energy, so it is timed alone.
        Compare(bench, $"{name}-discount", hidden, batch, new PredictiveCoding { InferenceSteps = steps, InferenceRate = 0.1, SumOverBatch = true }, OutputHead.LinearSquaredError, Activation.Sigmoid,
            _ => [], rate: Rate / batch);
    }

    private void Equilibrium(SideBySide bench, int[] hidden, int batch)
    {
        EquilibriumPropagation rule = new() { FreeSteps = 20, NudgedSteps = 8, Beta = 0.25 };
        Compare(bench, "equilibrium-propagation-20-8", hidden, batch, rule, OutputHead.LinearSquaredError, Activation.ShiftedSigmoid,
            t => [new("written out", () => t.EquilibriumPropagation(20, 8, 0.25f))], agree: true);
    }

    private void Compare(
        SideBySide bench, string rule, int[] hidden, int batch, LearningRule learning, OutputHead head, Activation activation,
        Func<TorchRules, IReadOnlyList<Contestant>> peers, bool agree = false, double rate = Rate)
    {
        string name = $"{_rows.Value.Suite}/{rule}", size = $"{Features}-{string.Join('-', hidden)}-{Outputs} B={batch}";
        if (!bench.Selects(name, size))
            return;
        NetworkSpec spec = NetworkSpec.Perceptron(Features, hidden, Outputs, activation, head);
        Samples<float> samples = Samples<float>.OfClasses(_rows.Value.Features, _rows.Value.Classes);
        using OurRule ours = new(spec, learning, samples, batch, OptimizerSettings.Sgd(rate), bench.Threads);
        if (!TorchPeer.IsAvailable)
        {
            bench.Compare(name, size, new("BioLearn", ours.Step), []);
            return;
        }
        float[][] start = [.. Enumerable.Range(1, hidden.Length + 1).Select(ours.Weights)];
        int[] widths = [Features, .. hidden, Outputs];
        using TorchRules torch = new(widths, _rows.Value.Features, _rows.Value.Targets, batch, (float)Rate, start);
        IReadOnlyList<Contestant> contestants = peers(torch);
        if (agree && contestants.Count > 0)
            MustAgree(name, ours, torch, start, contestants[0]);
        bench.Compare(name, size, new("BioLearn", ours.Step), contestants);
    }

    // Both sides must have made the same step, or their times compare nothing.
    private static void MustAgree(string name, OurRule ours, TorchRules torch, float[][] start, Contestant peer)
    {
        ours.Step();
        peer.Call();
        for (int l = 1; l <= start.Length; l++)
        {
            float[] mine = ours.Weights(l), theirs = torch.Weights(l);
            double largest = 0, worst = 0;
            for (int i = 0; i < mine.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs(theirs[i] - start[l - 1][i]));
                worst = Math.Max(worst, Math.Abs(mine[i] - theirs[i]));
            }
            if (!(worst <= 5e-3 * largest))
                throw new InvalidOperationException($"{name}: the changes of W_{l} differ by {worst:G3}, the largest is {largest:G3}");
        }
    }
}
