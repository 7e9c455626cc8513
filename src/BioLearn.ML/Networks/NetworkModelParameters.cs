using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<PredictionTransformer<NetworkModelParameters>>]
[assembly: LoadableComponent<PredictionTransformer<OneVersusAllModel<NetworkModelParameters>>>]

namespace BioLearn.ML.Networks;

/// <summary>A trained network: its description, its weights and biases, and the rule that taught it with the rule's side tensors.</summary>
public sealed class NetworkModelParameters : IPredictionModel<NetworkModelParameters>, ILayeredModel, IDisposable
{
    private const int MapsSince = 3, InstructionsSince = 4;

    private readonly LearningRule? _rule;
    private readonly string _savedRule;
    private (string Key, float[] Values)[] _unknown = []; // tensors of a rule that is not known here: kept for a program that knows it

    /// <summary>
    /// A network that a loop of your own has taught, for ML.NET: to go on from (<c>trainer.Fit(data, null, model)</c>), to read its layers in a
    /// pipeline (<c>Transforms.HiddenActivations</c>), to write as ONNX.
    /// </summary>
    /// <param name="network">The network, which belongs to the model from now on; its trainer must be disposed.</param>
    /// <param name="rule">The rule that taught it.</param>
    /// <param name="regression">Whether its outputs are numbers, not classes.</param>
    /// <exception cref="InvalidOperationException">A hyper-parameter of the rule is of a type that cannot be saved.</exception>
    public NetworkModelParameters(Network<float> network, LearningRule rule, bool regression = false)
        : this(network, rule, RuleSerializer.Write(rule), regression)
    {
        ArgumentNullException.ThrowIfNull(network);
        RuleNames.AddUnnamed(rule.GetType());
    }

    private NetworkModelParameters(Network<float> network, LearningRule? rule, string savedRule, bool regression)
    {
        Network = network;
        _rule = rule;
        _savedRule = savedRule;
        IsRegression = regression;
        Instruction = rule is { RequiredInstructionWidth: > 0 and var width } ? new(width, IsKey: false, null) : null;
    }

    /// <summary>What the network is made of.</summary>
    public NetworkSpec Spec => Network.Spec;

    /// <summary>The field's name of the rule that taught it, or null if this program does not know the rule.</summary>
    public string? RuleName => _rule?.Name;

    /// <summary>Epochs of which the parameters are the outcome, those of trainings that it went on from included; 0 if that is not known.</summary>
    public int Epochs => State?.Epochs ?? 0;

    /// <summary>Learning steps of which the parameters are the outcome, as <see cref="Epochs"/>.</summary>
    public long Steps => State?.Steps ?? 0;

    /// <summary>Numbers of the instruction that every row needs beside its features: of tasks, as many as there are. 0 where nothing is asked.</summary>
    public int InstructionWidth => Instruction?.Width ?? 0;

    /// <summary>The tasks that can be asked, in the order of the key; null where nothing is asked, where tasks have no names, or where instructions are vectors.</summary>
    public IReadOnlyList<string>? InstructionNames => Instruction?.Names is { } values ? [.. values.Names.Select(name => name.ToString())] : null;

    /// <summary>What rows can be asked; null for nothing.</summary>
    internal InstructionForm? Instruction { get; init; }

    /// <summary>The rule that taught it; null if this program does not know it.</summary>
    public LearningRule? Rule => _rule;

    /// <summary>Where its training stands; null if that is not known.</summary>
    internal TrainingState? State { get; init; }

    /// <summary>Whether predictions are the ordinary forward pass; a rule that this program does not know is saved only if they are.</summary>
    internal bool PredictsByForwardPass => _rule is not { PredictsByForwardPass: false };

    /// <inheritdoc/>
    public int FeatureCount => Spec.Input.Size;

    /// <inheritdoc/>
    public int OutputCount => Spec.Outputs;

    static string IPredictionModel<NetworkModelParameters>.ComponentName => "BioLearn.Network";

    IReadOnlyList<int[]> ILayeredModel.LayerShapes => [.. Spec.Graph.Select(layer => layer.Output.IsVector ? (int[])[layer.Output.Channels] : [layer.Output.Channels, layer.Output.Height, layer.Output.Width])];

    internal Network<float> Network { get; }

    internal bool IsRegression { get; }

    /// <summary>What is done to the features before the network reads them, which its trainer found; null for nothing.</summary>
    public FeatureMap? InputMap { get; internal init; }

    /// <summary>Regression: from the label to what the network's output should be, which its trainer found; the score is mapped back. Null where the output is the score.</summary>
    public FeatureMap? LabelMap { get; internal init; }

    /// <summary>W_l, [units or channels, fan-in], row by row; a copy. They apply to features as they came: see <see cref="IsInputMapFolded"/>.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The weights.</returns>
    public float[] GetWeights(int layer) => Folded(layer).Weights;

    /// <summary>b_l; a copy. As of the weights, the maps of features and label are folded into them where they can be.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The biases.</returns>
    public float[] GetBiases(int layer) => Folded(layer).Biases;

    /// <summary>What the normalization of a layer keeps, such as gain, shift, running mean and running variance; copies.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>One array a tensor; none where nothing is normalized.</returns>
    public IReadOnlyList<float[]> GetNormalization(int layer) => [.. Network.Normalization(layer).Select(p => p.Values.ToArray())];

    /// <summary>The side tensors that the rule keeps for the network, such as feedback weights K, in the order of names and layers.</summary>
    public IReadOnlyList<(string Name, int Layer)> SideTensors => [.. Network.SideTensors.Select(p => (p.Name, p.Layer))];

    /// <summary>A side tensor that the rule keeps for a layer, row by row; a copy.</summary>
    /// <param name="name">Its name, such as "K"; <see cref="SideTensors"/> has them all.</param>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The numbers.</returns>
    /// <exception cref="KeyNotFoundException">The rule keeps no such tensor.</exception>
    public float[] GetSide(string name, int layer) =>
        Network.SideTensors.FirstOrDefault(p => p.Name == name && p.Layer == layer)?.Values.ToArray()
            ?? throw new KeyNotFoundException($"There is no side tensor {name}/{layer}; the rule keeps {(SideTensors is [] ? "none" : string.Join(", ", Network.SideTensors.Select(p => p.Key)))}.");

    /// <summary>
    /// All tensors by name: W1 [units, fan-in] (of a convolution [channels, input channels / groups, height, width]) and b1 [units] as
    /// <see cref="GetWeights"/> gives them, what normalizations keep, side tensors of the rule such as K2; and, where they are not folded into the
    /// weights, input-scale, input-centre, label-scale and label-centre of the maps x' = (x - centre) * scale.
    /// </summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = NetworkTensors.Of(Network, parameter =>
            parameter == Network.Weights(parameter.Layer) ? GetWeights(parameter.Layer)
            : parameter == Network.Biases(parameter.Layer) ? GetBiases(parameter.Layer)
            : parameter.Values);
        if (!IsInputMapFolded)
            NetworkTensors.Add(tensors, "input", InputMap);
        if (!IsLabelMapFolded)
            NetworkTensors.Add(tensors, "label", LabelMap);
        if (RuleName is { } rule)
            tensors.Metadata["rule"] = rule;
        return tensors;
    }

    /// <summary>
    /// What the units of a layer do on some rows when the network predicts: h_l, after pooling and the like; of the last layer the outputs y. A
    /// network that predicts by settling gives the states in which it has settled.
    /// </summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="features">[rows, features], row by row.</param>
    /// <returns>[rows, outputs of the layer], row by row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such layer.</exception>
    /// <exception cref="ArgumentException">The features do not make whole rows, or the network wants to be asked something.</exception>
    public float[] GetActivations(int layer, ReadOnlySpan<float> features) => GetActivations(layer, features, default);

    /// <summary>What the units of a layer do on some rows when the network is asked something (<see cref="InstructionWidth"/>); units that the instruction closes are 0.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="features">[rows, features], row by row.</param>
    /// <param name="instructions">[rows, <see cref="InstructionWidth"/>], row by row; a task is the one-hot vector of its number.</param>
    /// <returns>[rows, outputs of the layer], row by row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such layer.</exception>
    /// <exception cref="ArgumentException">Features or instructions do not make whole rows.</exception>
    public float[] GetActivations(int layer, ReadOnlySpan<float> features, ReadOnlySpan<float> instructions)
    {
        const int batch = 256;
        RequireLayer(layer);
        if (features.Length % FeatureCount != 0)
            throw new ArgumentException($"There are {features.Length} features; expected {FeatureCount} for each row.", nameof(features));
        if (instructions.Length != (long)features.Length / FeatureCount * InstructionWidth)
            throw new ArgumentException($"There are {instructions.Length} numbers of instructions for {features.Length / FeatureCount} rows; expected {InstructionWidth} for each{(Instruction is null ? "" : $", since the network is asked by {Instruction}")}.", nameof(instructions));
        int rows = features.Length / FeatureCount, width = Spec.Graph[layer - 1].Output.Size;
        float[] activities = new float[checked(rows * width)];
        using NetworkScorer scorer = CreateScorer(Math.Clamp(rows, 1, batch));
        for (int start = 0; start < rows; start += batch)
        {
            int count = Math.Min(batch, rows - start);
            scorer.Activate(layer, features.Slice(start * FeatureCount, count * FeatureCount), instructions.Slice(start * InstructionWidth, count * InstructionWidth), count, activities.AsSpan(start * width, count * width));
        }
        return activities;
    }

    /// <summary>
    /// Whether <see cref="GetWeights"/> and <see cref="GetBiases"/> give layers that read the features with <see cref="InputMap"/> folded in, so
    /// that they apply to features as they came. Not where a convolution reads them or a layer adds them, nor where a feature lies more than a
    /// thousand of its deviations from zero, which a single-precision bias cannot take back exactly.
    /// </summary>
    public bool IsInputMapFolded => InputMap is { } map && MapFolding.Folds(Spec, map);

    /// <summary>Whether they give the last layer with <see cref="LabelMap"/> folded in, so that its sums are scores: of networks with a linear output that predict by their forward pass.</summary>
    public bool IsLabelMapFolded => LabelMap is not null && PredictsByForwardPass && MapFolding.FoldsLabel(Spec);

    /// <summary>Releases the weights' memory; the model scores no more.</summary>
    public void Dispose() => Network.Dispose();

    bool IPredictionModel<NetworkModelParameters>.Predicts(PredictionTask task) => IsRegression
        ? task == PredictionTask.Regression
        : task == (OutputCount > 1 ? PredictionTask.Multiclass : PredictionTask.Binary);

    BatchScorer IPredictionModel<NetworkModelParameters>.CreateScorer(int capacity) => CreateScorer(capacity).Score;

    SparseScorer? IPredictionModel<NetworkModelParameters>.CreateSparseScorer(int capacity) => CreateScorer(capacity).Score;

    InstructionForm? IPredictionModel<NetworkModelParameters>.Instruction => Instruction;

    IReadOnlyList<GatedLayer> IPredictionModel<NetworkModelParameters>.GatedLayers => [.. Spec.InstructedLayers.Select(l => new GatedLayer(l.Index, l.Output.Size))];

    IInstructedScorer IPredictionModel<NetworkModelParameters>.CreateInstructedScorer(int capacity) => CreateScorer(capacity);

    void IPredictionModel<NetworkModelParameters>.Save(ModelWriter writer) => Save(writer, forTraining: true);

    /// <param name="writer">The saved model.</param>
    /// <param name="forTraining">Whether somebody may want to teach it further.</param>
    internal void Save(ModelWriter writer, bool forTraining)
    {
        writer.Fields.Write(IsRegression);
        writer.Fields.Write(_savedRule);
        writer.Fields.Write(PredictsByForwardPass);
        writer.Fields.Write(NetworkSpecFile.Write(Spec));
        Parameter<float>[] parameters = [.. Network.Parameters];
        writer.Fields.Write(parameters.Length + _unknown.Length);
        foreach (Parameter<float> parameter in parameters)
        {
            writer.Fields.Write(parameter.Key);
            writer.WriteTensor<float>(StreamOf(parameter.Key), parameter.Values.ToArray());
        }
        foreach ((string key, float[] values) in _unknown)
        {
            writer.Fields.Write(key);
            writer.WriteTensor<float>(StreamOf(key), values);
        }
        FeatureMapFile.Write(writer, "input", InputMap);
        FeatureMapFile.Write(writer, "label", LabelMap);
        TrainingState.Save(forTraining ? State : null, writer);
        InstructionForm.Save(Instruction, writer.Fields);
    }

    static NetworkModelParameters IPredictionModel<NetworkModelParameters>.Load(ModelReader reader) => Load(reader);

    internal NetworkScorer CreateScorer(int capacity) => new(this, _rule, capacity);

    /// <exception cref="ArgumentOutOfRangeException">The network has no such layer.</exception>
    internal void RequireLayer(int layer)
    {
        if (layer < 1 || layer > Spec.Graph.Length)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"must be from 1 to {Spec.Graph.Length}, the layers of {Spec}");
    }

    internal static NetworkModelParameters Load(ModelReader reader)
    {
        bool regression = reader.Fields.ReadBoolean();
        string savedRule = ReadRuleText(reader);
        bool forward = reader.Fields.ReadBoolean();
        LearningRule? rule = reader.Checked(() => RuleSerializer.Read(savedRule));
        if (rule is null && !forward)
            throw reader.Damaged($"it was taught by {RuleSerializer.NameIn(savedRule)}, which predicts in a way of its own and is not known here; register it with LearningRules.Register");
        NetworkSpec spec = reader.ComponentVersion == 1 ? NetworkSpecFile.ReadNumbers(reader) : reader.Checked(() => NetworkSpecFile.Read(reader.Fields.ReadString()));
        LearningRule taught = rule ?? new UnknownRule();
        Dictionary<string, long> lengths = TensorLengths.Of(spec, taught);
        string[] unknownKeys = CompareTensors(reader, lengths);
        if (rule is not null && unknownKeys is [var key, ..])
            throw reader.Damaged($"it has a tensor {key} that its network does not");
        Network<float> network = new(spec, taught, Initializer.Zeros, seed: 0);
        foreach (Parameter<float> parameter in network.Parameters)
            reader.ReadTensor<float>(StreamOf(parameter.Key), parameter.Values.Length).CopyTo(parameter.Values);
        (string Key, float[] Values)[] unknown = [.. unknownKeys.Select(k => (k, reader.ReadTensor<float>(StreamOf(k))))];
        foreach ((string unknownKey, float[] values) in unknown)
            lengths.Add(unknownKey, values.Length);
        bool mapped = reader.ComponentVersion >= MapsSince;
        NetworkModelParameters model = new(network, rule, rule is null ? savedRule : RuleSerializer.Write(rule), regression)
        {
            _unknown = unknown,
            InputMap = mapped ? FeatureMapFile.Read(reader, "input", spec.Input.Size) : null,
            LabelMap = mapped ? FeatureMapFile.Read(reader, "label", spec.Outputs) : null,
            State = TrainingState.Load(reader, lengths),
            Instruction = reader.ComponentVersion >= InstructionsSince ? InstructionForm.Load(reader) : null,
        };
        if (rule is null && model.Instruction is not null)
            throw reader.Damaged($"it was taught by {RuleSerializer.NameIn(savedRule)}, which opens gates by instructions and is not known here; register it with LearningRules.Register");
        if (rule is not null && rule.RequiredInstructionWidth != model.InstructionWidth)
            throw reader.Damaged($"it is asked by instructions of {model.InstructionWidth} numbers, and was taught with {rule.RequiredInstructionWidth}");
        return model;
    }

    private (float[] Weights, float[] Biases) Folded(int layer)
    {
        float[] weights = Network.Weights(layer).Values.ToArray(), biases = Network.Biases(layer).Values.ToArray();
        if (weights.Length > 0 && Spec.Graph[layer - 1].Source == 0 && IsInputMapFolded)
            MapFolding.FoldInput(InputMap!, weights, biases);
        if (layer == Spec.Graph.Length && IsLabelMapFolded)
            MapFolding.FoldLabel(LabelMap!, weights, biases);
        return (weights, biases);
    }

    // Version 1 has the CLR name of the rule and its options, each by itself.
    private static string ReadRuleText(ModelReader reader) => reader.ComponentVersion == 1
        ? reader.Checked(() => RuleSerializer.FromUnversioned(reader.Fields.ReadString(), reader.Fields.ReadString()))
        : reader.Fields.ReadString();

    private static string StreamOf(string key) => key.Replace('/', '.');

    // Before anything is built: every tensor is there in its length. Gives the keys of those that the network does not have, a rule's that is not known here.
    private static string[] CompareTensors(ModelReader reader, IReadOnlyDictionary<string, long> expected)
    {
        HashSet<string> keys = [];
        int count = reader.ReadLength("tensors", 2);
        for (int i = 0; i < count; i++)
        {
            string key = reader.Fields.ReadString();
            if (!keys.Add(key))
                throw reader.Damaged($"it has the tensor {key} twice");
            if (expected.TryGetValue(key, out long length))
                reader.RequireTensor<float>(StreamOf(key), length);
        }
        if (expected.Keys.FirstOrDefault(key => !keys.Contains(key)) is { } missing)
            throw reader.Damaged($"the tensor {missing} is missing");
        return [.. keys.Where(key => !expected.ContainsKey(key))];
    }

    /// <summary>Stands for a rule that this program does not know; the network still predicts by its forward pass.</summary>
    private sealed class UnknownRule : LearningRule
    {
        public override string Name => "unknown";

        public override void ComputeCredit<T>(LearningContext<T> step) =>
            throw new InvalidOperationException("The rule that taught this model is not known here; it cannot be taught further.");
    }
}
