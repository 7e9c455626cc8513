using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>One case of the counterhebb fixtures: the network that its parameters' names describe, and its numbers by the original's names.</summary>
internal sealed partial class CounterHebbFixture(JsonElement @case, JsonElement? common = null)
{
    public const string System = "counterhebb", Head = "head_layer";

    private readonly CreditFixture _case = new(@case);
    private readonly CreditFixture? _common = common is { } c ? new(c) : null;

    /// <summary>Names of the original's layers with weights, in the order of our graph: a shortcut comes before the convolutions of its block.</summary>
    public string[] Layers { get; private set; } = [];

    public bool Has(string path) => _case.Has(path) || _common?.Has(path) == true;

    public JsonElement At(string path) => !_case.Has(path) && _common?.Has(path) == true ? _common.At(path) : _case.At(path);

    public double[] Numbers(string path) => CreditFixture.Flatten(At(path));

    public string Text(string path) => At(path).GetString()!;

    public bool Flag(string path) => Has(path) && At(path).ValueKind == JsonValueKind.True;

    public int Int(string path) => At(path).GetInt32();

    public JsonElement Parameters => _case.Has("params") ? _case.At("params") : _case.At("params_initial");

    public bool IsGuided => Parameters.TryGetProperty("task_head.0.weight", out _);

    public int Classes => Has("config/n_classes") ? Int("config/n_classes") : Parameter("head_layer.bias").Length;

    public int Tasks => (Has("config/n_tasks"), Parameters.TryGetProperty("task_head.1.weight", out JsonElement outer), Parameters.TryGetProperty("task_head.0.weight", out JsonElement inner)) switch
    {
        (true, _, _) => Int("config/n_tasks"),
        (_, true, _) => outer.GetArrayLength(),
        (_, _, true) => inner.GetArrayLength(),
        _ => 0,
    };

    public double[] Parameter(string name) => CreditFixture.Flatten(Parameters.GetProperty(name));

    public bool HasParameter(string name) => Parameters.TryGetProperty(name, out _);

    public string Loss => Has("loss_name") ? Text("loss_name") : "CrossEntropy";

    /// <summary>The original's losses are means over classes, ours sums: a weight for every sample.</summary>
    public double SampleWeight => Loss switch { "BCE" => 1.0 / Classes, "MSE" => 2.0 / Classes, _ => 1 };

    public static OutputHead HeadOf(string loss) => loss switch
    {
        "CrossEntropy" => OutputHead.SoftmaxCrossEntropy,
        "BCE" => OutputHead.SigmoidCrossEntropy,
        "MSE" => OutputHead.LinearSquaredError,
        _ => throw new InvalidDataException($"unknown loss {loss}"),
    };

    /// <summary>The bottom-up network of the case.</summary>
    public NetworkSpec Spec(int[] input, bool normalized = false)
    {
        TensorShape shape = new(input[0], input[1], input[2]);
        LayerSpec decoder = Flag("config/multi_decoders") ? new TaskDecoders(Classes, Tasks) : new Dense(Classes, Activation.Linear);
        OutputHead head = HeadOf(Loss);
        if (HasParameter("core_net._fc_layers.0.weight"))
        {
            Layers = [.. Enumerable.Range(0, 100).Select(i => $"core_net._fc_layers.{i}").TakeWhile(n => HasParameter(n + ".weight")), Head];
            return InstructedNetworks.FullyConnected(shape, [.. Layers[..^1].Select(Rows)], decoder, head, IsGuided);
        }
        if (HasParameter("core_net._conv1.weight"))
        {
            Layers = ["core_net._conv1", "core_net._conv1_pool", "core_net._conv2", "core_net._conv2_pool", "core_net._fc", Head];
            return InstructedNetworks.Simple(shape, decoder, head, IsGuided, (Rows(Layers[0]), Rows(Layers[2])), Rows(Layers[4]));
        }
        if (HasParameter("core_net.conv_pooling.weight"))
        {
            Layers = [.. Present("core_net.conv1", "core_net.layer1.0.downsample", "core_net.layer1.0.conv1", "core_net.layer1.0.conv2", "core_net.layer2.0.downsample", "core_net.layer2.0.conv1", "core_net.layer2.0.conv2", "core_net.conv_pooling"), Head];
            return InstructedNetworks.TinyResNet(shape, decoder, head, IsGuided, channels: (Rows("core_net.conv1"), Rows("core_net.layer1.0.conv2"), Rows("core_net.conv_pooling")));
        }
        Layers = [.. Present("core_net.0.downsample", "core_net.0.conv1", "core_net.0.conv2", "core_net.1.downsample", "core_net.1.conv1", "core_net.1.conv2"), Head];
        List<LayerSpec> blocks = [];
        int first = Rows("core_net.0.conv2"), second = Rows("core_net.1.conv2");
        InstructedNetworks.Block(blocks, "input", "block0", shape.Channels, first, 1, normalized, IsGuided);
        InstructedNetworks.Block(blocks, "block0", "block1", first, second, 2, normalized, IsGuided);
        return new NetworkSpec(shape, [.. blocks, decoder], head);
    }

    public CounterHebb Rule(TopDownCredit credit = TopDownCredit.CounterHebb)
    {
        bool shared = Flag("config/shared_weights") || Flag("shared_weights") || !Parameters.EnumerateObject().Any(p => p.Name.EndsWith("back_weight", StringComparison.Ordinal));
        bool alignment = Flag("config/flags/FA") || Flag("config/feedback_alignment") || Flag("feedback_alignment");
        return new CounterHebb
        {
            TopDown = shared ? TopDownWeights.Shared : alignment ? TopDownWeights.FeedbackAlignment : TopDownWeights.Separate,
            TopDownBiases = Parameters.EnumerateObject().Any(p => p.Name.EndsWith("back_bias", StringComparison.Ordinal)),
            UpdateNoise = Flag("config/flags/AddNoise") || Flag("add_noise") ? 0.05 : 0,
            InstructionWidth = IsGuided ? Tasks : 0,
            TaskEmbedding = HasParameter("task_head.1.weight") ? [Rows("task_head.0")] : [],
            Credit = credit,
        };
    }

    /// <summary>Sets what the case starts with.</summary>
    public void Load<T>(Network<T> network, CounterHebb rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= network.Depth; l++)
        {
            string name = Layers[l - 1];
            Set(network.Weights(l), Parameter(name + ".weight"));
            if (HasParameter(name + ".bias"))
                Set(network.Biases(l), Parameter(name + ".bias"));
            if (network.FindSide(CounterHebb.Feedback, l) is { } feedback)
                Set(feedback, Down(name));
            if (network.FindSide(CounterHebb.FeedbackBias, l) is { } biases)
                Set(biases, Parameter(name + ".back_bias"));
        }
        for (int k = 1; network.FindSide(InstructionPath.Head(k), network.Depth) is { } head; k++)
        {
            string name = $"task_head.{k - 1}";
            Set(head, rule.IsSeparate ? Down(name) : Parameter(name + ".weight"));
            if (network.FindSide(InstructionPath.HeadBias(k), network.Depth) is { } biases)
                Set(biases, Parameter(name + ".back_bias"));
        }
    }

    private static void Set<T>(Parameter<T> parameter, double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(values.Length, parameter.Length);
        Array.ConvertAll(values, T.CreateChecked).CopyTo(parameter.Values);
    }

    /// <summary>A top-down weight in our layout: the original's Linear keeps [in, out], we [out, in].</summary>
    public double[] Down(string layer) => InOurs(layer, CreditFixture.Flatten(Parameters.GetProperty(layer + ".back_weight")));

    /// <summary>[in, out] of a fully connected layer's top-down tensor as [out, in]; convolutions lie alike.</summary>
    public double[] InOurs(string layer, double[] values)
    {
        int[] shape = [.. Shape(layer + ".weight")];
        if (shape.Length != 2)
            return values;
        double[] turned = new double[values.Length];
        for (int output = 0; output < shape[0]; output++)
        {
            for (int input = 0; input < shape[1]; input++)
                turned[(output * shape[1]) + input] = values[(input * shape[0]) + output];
        }
        return turned;
    }

    /// <summary>One-hot where the case has numbers of classes.</summary>
    public double[] Targets(JsonElement labels) => TargetsOf(labels, Classes, Loss != "BCE" || Classes > 1);

    public static double[] TargetsOf(JsonElement labels, int classes, bool oneHot)
    {
        double[] flat = CreditFixture.Flatten(labels);
        if (labels[0].ValueKind == JsonValueKind.Array || !oneHot)
            return flat;
        double[] targets = new double[flat.Length * classes];
        for (int i = 0; i < flat.Length; i++)
            targets[(i * classes) + (int)flat[i]] = 1;
        return targets;
    }

    private int Rows(string layer) => Parameters.GetProperty(layer + ".weight").GetArrayLength();

    private IEnumerable<int> Shape(string parameter)
    {
        for (JsonElement e = Parameters.GetProperty(parameter); e.ValueKind == JsonValueKind.Array; e = e[0])
            yield return e.GetArrayLength();
    }

    private IEnumerable<string> Present(params string[] layers) => layers.Where(name => HasParameter(name + ".weight"));

    /// <summary>A signal's memory from a fixture's numbers.</summary>
    public static NativeBuffer<double> Buffer(double[] values) => Buffer<double>(values);

    /// <summary>A signal's memory from a fixture's numbers.</summary>
    public static NativeBuffer<T> Buffer<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NativeBuffer<T> buffer = new(values.Length);
        Array.ConvertAll(values, T.CreateChecked).CopyTo(buffer.Span);
        return buffer;
    }

    [GeneratedRegex(@"core_net\.(layer\d+\.)?\d+$")]
    private static partial Regex BlockName();

    /// <summary>Whether a name is a layer's, not a whole block's.</summary>
    public static bool IsLayer(string name) => !BlockName().IsMatch(name) && !name.StartsWith("task_head", StringComparison.Ordinal);
}
