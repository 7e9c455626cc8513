using BioLearn.Benchmarks.Harness;
using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// What traces of sixteen bits make of published tasks: a network is meta-trained in float, reduced, and asked in new episodes with its trace rounded after each
/// step. Printed: wrong elements, and how far outputs and traces are from those of float.
/// </summary>
internal sealed class NarrowTraceErrors : IBenchmark
{
    private const string Name = "plastic/trace-error";
    private const int Episodes = 100;

    private delegate void Rounding(Span<float> numbers);

    public void Run(SideBySide bench)
    {
        Ask(bench, "orthogonal28", PlasticTrainerOptions.Orthogonal28 with { Updates = 4000 });
        Ask(bench, "binary50", PlasticTrainerOptions.Binary50 with { Updates = 4000 });
        Ask(bench, "binary1000", PlasticTrainerOptions.Binary1000 with { Updates = 150 });
    }

    private static void Ask(SideBySide bench, string task, PlasticTrainerOptions options)
    {
        if (!bench.Selects(Name, task))
            return;
        PlasticRecurrentTrainer<float> trainer = new(options with { Threads = bench.Threads });
        trainer.Train();
        int episodes = options.Task.Neurons > 500 ? Episodes / 10 : Episodes;
        foreach ((string format, Rounding rounding) in ((string, Rounding)[])[("float", _ => { }), (Bfloat16.Name, NarrowTraceSweep<Bfloat16>.Round), (Half16.Name, NarrowTraceSweep<Half16>.Round)])
        {
            double wrong = 0, furthest = 0, trace = 0;
            for (int e = 0; e < episodes; e++)
            {
                AssociativeMemoryEpisode<float> drawn = new(options.Task);
                drawn.Draw(new RandomStream(1, $"test/{e}"));
                (float[] exact, float[] exactTrace) = Last(trainer.Network, options.Task, drawn, _ => { });
                (float[] output, float[] rounded) = Last(trainer.Network, options.Task, drawn, rounding);
                for (int i = 0; i < options.Task.PatternSize; i++)
                {
                    wrong += output[i] * drawn.Target[i] > 0 ? 0 : 1;
                    furthest = Math.Max(furthest, Math.Abs(output[i] - exact[i]));
                }
                trace = Math.Max(trace, rounded.Zip(exactTrace, (a, b) => Math.Abs(a - b)).Max());
            }
            Report.Line($"{Name} {task}, {options.Updates} updates, rate {trainer.Network.Rate:G3}, {format}: {wrong / episodes / options.Task.PatternSize:P2} of {episodes} episodes' elements wrong, outputs at most {furthest:G3} from float's, traces {trace:G3}");
        }
    }

    /// <summary>Outputs of the last step, and the trace then; the definition, step by step.</summary>
    private static (float[] Output, float[] Trace) Last(PlasticRecurrentNetwork<float> network, AssociativeMemoryTask task, AssociativeMemoryEpisode<float> drawn, Rounding rounding)
    {
        int n = network.Neurons, stride = network.Stride;
        PlasticEpisode<float> episode = new(n, task.Steps);
        drawn.WriteTo(episode);
        ReadOnlySpan<float> w = network.Weights.Values;
        float rate = network.Rate;
        bool oja = network.Options.Rule == PlasticityRule.Oja;
        float[] trace = new float[n * n], before = new float[n], now = new float[n];
        for (int step = 1; step <= task.Steps; step++)
        {
            ReadOnlySpan<float> input = episode.Input(step);
            for (int i = 0; i < n; i++)
            {
                ReadOnlySpan<float> alpha = network.AlphaMatrix.Row(i);
                float x = 0;
                for (int j = 0; j < n; j++)
                    x += (w[(i * stride) + j] + (alpha[j] * trace[(i * n) + j])) * before[j];
                now[i] = network.Options.InputMode == InputMode.Clamp && input[i] != 0 ? input[i] : MathF.Tanh(x + input[i]);
            }
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    ref float h = ref trace[(i * n) + j];
                    h += rate * now[i] * (before[j] - (oja ? now[i] * h : 0)) - (oja ? 0 : rate * h);
                }
            }
            rounding(trace);
            (before, now) = (now, before);
        }
        return (before, trace);
    }
}
