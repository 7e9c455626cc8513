using System.Numerics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Memories;

/// <summary>Wake-sleep against its file, and what the machine learns.</summary>
public class HelmholtzTests
{
    private readonly MLContext _mlContext = new(seed: 6);

    public static TheoryData<string, int> Cases() => CreditFixture.Cases("wake_sleep*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_phases_on_fixture_give_its_states_changes_and_free_energies(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Phases<double>(f, 1e-10);
        Phases<float>(f, 1e-5);
    }

    [Fact]
    public void Machine_explains_its_patterns_better_than_strangers_and_dreams_of_them()
    {
        float[][] patterns = [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]];
        List<TrainingProgress> heard = [];
        var model = _mlContext.Transforms.HelmholtzMachine(new HelmholtzOptions
        {
            OutputColumnName = "Top",
            InputColumnName = "X",
            ReconstructionColumnName = "Again",
            HiddenUnits = [6, 2],
            NumberOfEpochs = 150,
            LearningRate = 0.1,
            BatchSize = 10,
            Progress = new Listener(heard.Add),
        }).Fit(_mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Row { X = patterns[i % 2] })));
        Assert.True(heard[^1].Loss < heard[0].Loss);
        double known = model.Model.FreeEnergy(patterns[0]);
        Assert.InRange(known, Math.Log(2) - 0.1, 2.5); // −ln ½ would be perfect
        Assert.True(model.Model.FreeEnergy([1, 0, 1, 0, 1, 0]) > known + 2);
        float[][] again = [.. model.Transform(_mlContext.Data.LoadFromEnumerable(patterns.Select(p => new Row { X = p }))).GetColumn<float[]>("Again")];
        Assert.Equal(patterns[0], again[0].Select(x => MathF.Round(x)));
        Assert.Equal(patterns[1], again[1].Select(x => MathF.Round(x)));
        Assert.InRange(model.Model.Dream(100, seed: 3).Count(d => patterns.Any(p => p.SequenceEqual(d.Select(x => MathF.Round(x))))), 70, 100);
    }

    private static void Phases<T>(CreditFixture f, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int depth = 0;
        while (f.Has($"inputs/R{depth + 1}"))
            depth++;
        HelmholtzNetwork<T> network = new([f.Shape("inputs/R1")[1], .. Layers("R").Select(name => f.Shape($"inputs/{name}")[0])]);
        string[] names = [.. Layers("R"), .. Layers("r"), .. Layers("G"), .. Enumerable.Range(0, depth).Select(l => $"c{l}"), "g"];
        foreach ((T[] parameter, string name) in network.Parameters.Zip(names))
            Convert<T>(f.Numbers($"inputs/{name}")).CopyTo(parameter, 0);
        Queue<string> uniforms = new([.. Layers("wake_h"), .. Layers("sleep_h").Reverse(), "sleep_x"]);
        int rows = f.Shape("inputs/X")[0];
        WakeSleep<T> phases = new(
            network, new Chance<T>(d => Convert<T>(f.Numbers($"inputs/uniforms_{uniforms.Dequeue()}")).CopyTo(d), _ => Assert.Fail("no normal number is needed")), rows);
        Convert<T>(f.Numbers("inputs/X")).CopyTo(phases.Begin(rows));

        phases.Wake();
        for (int l = 1; l <= depth; l++)
            Close.To<T>(f.Numbers($"expected/wake/h{l}"), State(phases, l), 0, $"h{l}");
        Close.To<T>(f.Numbers("expected/variational_free_energy_per_sample_nats"), phases.FreeEnergies, tolerance, "free energy");
        phases.Sleep();
        for (int l = 0; l <= depth; l++)
            Close.To<T>(f.Numbers($"expected/sleep/dream_{(l == 0 ? "x" : $"h{l}")}"), State(phases, l), 0, $"dream of layer {l}");
        foreach ((T[] change, string name) in phases.Change.Parameters.Zip(names))
            Close.To<T>(f.Numbers($"expected/{(name[0] is 'R' or 'r' ? "sleep" : "wake")}/delta_{name}"), change, tolerance, $"delta_{name}");

        IEnumerable<string> Layers(string name) => Enumerable.Range(1, depth).Select(l => $"{name}{l}");
    }

    private static T[] State<T>(WakeSleep<T> phases, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<T> values = [];
        for (int b = 0; b < phases.States(l).Rows; b++)
            values.AddRange(phases.States(l).Row(b));
        return [.. values];
    }

    private static T[] Convert<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateChecked);

    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }

    private sealed class Row
    {
        [VectorType(6)]
        public float[] X { get; set; } = [];
    }
}
