using System.Globalization;
using System.Numerics;
using System.Text.Json;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>One case of a credit-assignment fixture: numbers by path, and the network that the case describes.</summary>
internal sealed class CreditFixture(JsonElement @case)
{
    public string Name => @case.GetProperty("name").GetString()!;

    /// <summary>Every case of every file of a pattern, as (file, index of the case).</summary>
    public static TheoryData<string, int> Cases(string pattern) => FixtureFiles.Cases("credit", pattern);

    /// <summary>Those cases of a pattern that have something at a path; a single row where there is none.</summary>
    public static TheoryData<string, int> CasesWith(string pattern, string path)
    {
        TheoryData<string, int> data = [];
        foreach (object[] row in Cases(pattern))
        {
            if (((string)row[0]).Contains('*', StringComparison.Ordinal) || Load((string)row[0], (int)row[1]).Has(path))
                data.Add((string)row[0], (int)row[1]);
        }
        if (data.Count == 0)
            data.Add($"{pattern} with {path.Replace('/', '.')}", 0); // a file of this name there is never
        return data;
    }

    public static CreditFixture Load(string file, int index) => new(FixtureFiles.Case("credit", file, index));

    public JsonElement At(string path)
    {
        JsonElement element = @case;
        foreach (string key in path.Split('/'))
            element = int.TryParse(key, out int i) && element.ValueKind == JsonValueKind.Array ? element[i] : element.GetProperty(key);
        return element;
    }

    public bool Has(string path)
    {
        JsonElement element = @case;
        foreach (string key in path.Split('/'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
                return false;
        }
        return true;
    }

    /// <summary>The case's own keys that begin so.</summary>
    public string[] Keys(string start) => [.. @case.EnumerateObject().Select(p => p.Name).Where(name => name.StartsWith(start, StringComparison.Ordinal))];

    public double Number(string path) => At(path).GetDouble();

    public double[] Numbers(string path) => Flatten(At(path));

    /// <summary>Outer lists of a tensor list: one array a layer.</summary>
    public double[][] Layers(string path) => [.. At(path).EnumerateArray().Select(Flatten)];

    public int[] Shape(string path)
    {
        List<int> shape = [];
        for (JsonElement e = At(path); e.ValueKind == JsonValueKind.Array; e = e[0])
            shape.Add(e.GetArrayLength());
        return [.. shape];
    }

    public static double[] Flatten(JsonElement element)
    {
        List<double> values = [];
        Collect(element, values);
        return [.. values];
    }

    /// <summary>The perceptron of a case: sizes from its weights, activation and head from its words.</summary>
    public NetworkSpec Perceptron(string? activation = null, string? head = null)
    {
        int[] units = [.. At("inputs/W").EnumerateArray().Select(w => w.GetArrayLength())];
        int features = At("inputs/W/0/0").GetArrayLength();
        return NetworkSpec.Perceptron(
            features,
            units[..^1],
            units[^1],
            ActivationOf(activation ?? At("hidden_activation").GetString()!),
            HeadOf(head ?? At("head").GetString()!));
    }

    /// <summary>Names of the originals: torch.nn's, words, and leakyrelu with its slope's digits (leakyrelu001 is 0.01, leakyrelu02 is 0.2).</summary>
    public static Activation ActivationOf(string name) => name.Replace("torch.nn.", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "tanh" => Activation.Tanh,
        "relu" => Activation.ReLU,
        "sigmoid" => Activation.Sigmoid,
        "leakyrelu" or "leakyrelu001" => Activation.LeakyReLU,
        "linear" or "identity" => Activation.Linear,
        "mysig" => Activation.ShiftedSigmoid,
        "hardsigmoid" => Activation.HardSigmoid,
        var leaky when leaky.StartsWith("leakyrelu0", StringComparison.Ordinal) => new LeakyRectifier(double.Parse($"0.{leaky["leakyrelu0".Length..]}", CultureInfo.InvariantCulture)),
        _ => throw new InvalidDataException($"unknown activation {name}"),
    };

    public static OutputHead HeadOf(string name) => name switch
    {
        "linear_mse" => OutputHead.LinearSquaredError,
        "sigmoid_mse" => OutputHead.SigmoidSquaredError,
        "sigmoid_bce" => OutputHead.SigmoidCrossEntropy,
        "softmax_ce" => OutputHead.SoftmaxCrossEntropy,
        _ => throw new InvalidDataException($"unknown head {name}"),
    };

    private static void Collect(JsonElement element, List<double> values)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
                Collect(item, values);
        }
        else if (element.ValueKind == JsonValueKind.Number)
        {
            values.Add(element.GetDouble());
        }
    }
}

/// <summary>A network loaded with a fixture's numbers, and a context in the middle of a step on its batch.</summary>
internal sealed class RuleBench<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _input;
    private readonly NativeBuffer<T> _target;
    private readonly int _batch;

    private readonly bool _ownsNetwork;

    public RuleBench(NetworkSpec spec, LearningRule rule, double[] input, double[] target, int batch, int threads = 1)
        : this(new Network<T>(spec, rule, Initializer.GlorotUniform, seed: 1), rule, input, target, batch, threads) => _ownsNetwork = true;

    public RuleBench(Network<T> network, LearningRule rule, double[] input, double[] target, int batch, int threads = 1)
    {
        _batch = batch;
        Rule = rule;
        Network = network;
        Step = new LearningContext<T>(Network, batch, threads);
        _input = Load(input);
        _target = Load(target);
        Begin();
    }

    public LearningRule Rule { get; }

    public Network<T> Network { get; }

    public LearningContext<T> Step { get; }

    public static RuleBench<T> For(CreditFixture f, LearningRule rule, NetworkSpec? spec = null)
    {
        RuleBench<T> bench = new(spec ?? f.Perceptron(), rule, f.Numbers("inputs/X"), f.Numbers("inputs/T"), f.At("inputs/X").GetArrayLength());
        for (int l = 1; l <= bench.Network.Depth; l++)
        {
            bench.Set(bench.Network.Weights(l), f.Layers("inputs/W")[l - 1]);
            if (f.Has("inputs/b"))
                bench.Set(bench.Network.Biases(l), f.Layers("inputs/b")[l - 1]);
        }
        return bench;
    }

    public void Begin() => Step.Begin(
        new Signal<T>(_input, _batch, Step.Spec.Input.Size),
        new Signal<T>(_target, _batch, Step.Spec.Outputs));

    public RuleBench<T> Credit()
    {
        Rule.ComputeCredit(Step);
        return this;
    }

    public void Set(Parameter<T> parameter, double[] values)
    {
        Assert.Equal(parameter.Values.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            parameter.Values[i] = T.CreateChecked(values[i]);
    }

    public void SetSide(string name, int layer, double[] values) => Set(Network.Side(name, layer), values);

    public void Dispose()
    {
        Step.Dispose();
        if (_ownsNetwork)
            Network.Dispose();
        _input.Dispose();
        _target.Dispose();
    }

    private static NativeBuffer<T> Load(double[] values)
    {
        NativeBuffer<T> buffer = new(values.Length);
        for (int i = 0; i < values.Length; i++)
            buffer.Span[i] = T.CreateChecked(values[i]);
        return buffer;
    }
}

/// <summary>Comparison that names the worst element.</summary>
internal static class Close
{
    /// <summary>|got − want| ≤ tolerance · max(1, largest |want|), for every element.</summary>
    public static void To<T>(double[] want, ReadOnlySpan<T> got, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.True(want.Length == got.Length, $"{what}: {got.Length} numbers, expected {want.Length}");
        double scale = 1, worst = -1;
        int at = 0;
        foreach (double w in want)
            scale = Math.Max(scale, Math.Abs(w));
        for (int i = 0; i < want.Length; i++)
        {
            double difference = Math.Abs(double.CreateChecked(got[i]) - want[i]);
            if (!(difference <= worst))
                (worst, at) = (difference, i);
        }
        Assert.True(
            want.Length == 0 || worst <= tolerance * scale,
            want.Length == 0 ? what : $"{what}: worst at {at}: {got[at]} instead of {want[at]}, off by {worst:g3}, allowed {tolerance * scale:g3}");
    }
}
