using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Instructed;

/// <summary>A network that can be asked, as an ML.NET model: teach it, ask it, see what an instruction opens, keep it.</summary>
internal sealed class InstructedModel : IDisposable
{
    public const string FileName = "model.zip";

    private const int MostNamed = 10;

    private readonly MLContext _mlContext;
    private readonly Preparation _preparation;
    private readonly PredictionTransformer<NetworkModelParameters> _network;

    private InstructedModel(MLContext mlContext, AskedForm form, Preparation preparation, PredictionTransformer<NetworkModelParameters> network)
    {
        (_mlContext, Form, _preparation, _network) = (mlContext, form, preparation, network);
    }

    public AskedForm Form { get; }

    public NetworkModelParameters Network => _network.Model;

    /// <summary>Weights and biases in both directions.</summary>
    public long ParameterCount => Enumerable.Range(1, Network.Spec.Graph.Length).Sum(l => (long)Network.GetWeights(l).Length + Network.GetBiases(l).Length)
        + Network.SideTensors.Sum(side => (long)Network.GetSide(side.Name, side.Layer).Length);

    /// <summary>Teaches a network for as long as the options say, or goes on teaching one.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">What is learned from.</param>
    /// <param name="asked">Rows of it to learn from, and what they are asked.</param>
    /// <param name="options">Of the trainer.</param>
    /// <param name="from">A model to go on from, or null.</param>
    public static InstructedModel Teach(MLContext mlContext, InstructedData data, IReadOnlyList<AskedRow> asked, InstructedNetworkOptions options, InstructedModel? from)
    {
        var form = AskedForm.Of(data);
        var preparation = from?._preparation ?? Preparation.Of(mlContext, form);
        var rows = preparation.Prepare(AskedInput.View(mlContext, data, data.Training, asked));
        return new(mlContext, form, preparation, form.IsBinary
            ? mlContext.BinaryClassification.Trainers.InstructedNetwork(options).Fit(rows, null, from?.Network)
            : mlContext.MulticlassClassification.Trainers.InstructedNetwork(options).Fit(rows, null, from?.Network));
    }

    /// <summary>The class that it answers to each row, and how sure it is of each class.</summary>
    public List<(int Class, float[] Scores)> Ask(InstructedData data, AskedRows rows, IReadOnlyList<AskedRow> asked) => Ask(AskedInput.View(_mlContext, data, rows, asked));

    /// <summary>The same of features, each with the number of an instruction.</summary>
    public List<(int Class, float[] Scores)> Ask(IEnumerable<(float[] Features, int Instruction)> asked) => Ask(AskedInput.View(_mlContext, Form, asked.Select(one => (one.Features, one.Instruction, 0))));

    /// <summary>Which units each instruction opens.</summary>
    public GateTable GateTable() => new(Form.Instructions, SubNetworks.Of(Network, [.. Form.Instructions.SelectMany((_, i) => VectorOf(i))], Network.InstructionWidth));

    /// <summary>Writes the pipeline, from features and the name of an instruction to the name of an answer; beside, then renamed.</summary>
    public void Save(string folder)
    {
        Form.Write(Path.Combine(folder, AskedForm.FileName));
        var rows = AskedInput.View(_mlContext, Form, [(new float[Form.Input.Shape.Size], 0, 0)]);
        ITransformer chain = _preparation.Instruction is { } names ? new TransformerChain<ITransformer>(names, _network) : _network;
        if (!Form.IsBinary)
            chain = new TransformerChain<ITransformer>(chain, _mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(chain.Transform(rows)));
        SafeFile.Write(Path.Combine(folder, FileName), file => _mlContext.Model.Save(chain, rows.Schema, file));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="UsageException">There is no model.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or holds another model.</exception>
    public static InstructedModel Load(MLContext mlContext, string folder)
    {
        string path = Path.Combine(folder, FileName), form = Path.Combine(folder, AskedForm.FileName);
        foreach (string file in (string[])[path, form])
        {
            if (!File.Exists(file))
                throw new UsageException($"--model {folder}: there is no {file}; biolearn instruct train makes one");
        }
        var asked = AskedForm.Read(form);
        var network = BioLearnModel.Load(mlContext, path, out _).Parts().OfType<PredictionTransformer<NetworkModelParameters>>().SingleOrDefault();
        if (network?.InstructionColumnName is null)
            throw new InvalidDataException($"{path}: not a model of biolearn instruct train");
        if (network.Model.FeatureCount != asked.Input.Shape.Size || network.Model.OutputCount != (asked.IsBinary ? 1 : asked.Classes.Count))
            throw new InvalidDataException($"{path}: reads {network.Model.FeatureCount} numbers and has {network.Model.OutputCount} outputs; {form} is of another model");
        if (network.Model.InstructionWidth != (asked.Vectors is { } vectors ? vectors[0].Length : asked.Instructions.Count))
            throw new InvalidDataException($"{path}: has instructions of {network.Model.InstructionWidth} numbers; {form} is of another model");
        if (asked.Vectors is null && network.InstructionNames is { } names && !names.SequenceEqual(asked.Instructions))
            throw new InvalidDataException($"{path}: is asked {Named(names)}, in this order; {form} says {Named(asked.Instructions)} and is of another model");
        return new(mlContext, asked, Preparation.Of(mlContext, asked), network);

        static string Named(IReadOnlyList<string> names) => names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
    }

    public void Dispose() => _network.Model.Dispose();

    private List<(int Class, float[] Scores)> Ask(IDataView rows)
    {
        var answered = _network.Transform(_preparation.Prepare(rows));
        return Form.IsBinary
            ? [.. answered.GetColumn<bool>("PredictedLabel").Zip(answered.GetColumn<float>("Probability"), (yes, p) => (yes ? 1 : 0, (float[])[1 - p, p]))]
            : [.. answered.GetColumn<uint>("PredictedLabel").Zip(answered.GetColumn<float[]>("Score"), (key, scores) => ((int)key - 1, scores))];
    }

    /// <summary>An instruction as the network hears it.</summary>
    public float[] VectorOf(int instruction)
    {
        if (Form.Vectors is { } vectors)
            return vectors[instruction];
        float[] task = new float[Form.Instructions.Count];
        task[instruction] = 1;
        return task;
    }

    /// <summary>Names of instructions and answers as keys, in the order of the form.</summary>
    private sealed record Preparation(ITransformer? Instruction, ITransformer? Label)
    {
        public static Preparation Of(MLContext mlContext, AskedForm form)
        {
            var rows = AskedInput.View(mlContext, form, []);
            return new(form.Vectors is null ? Map(AskedInput.Instruction, form.Instructions) : null, form.IsBinary ? null : Map(AskedInput.Label, form.Classes));

            ITransformer Map(string column, IReadOnlyList<string> names) =>
                mlContext.Transforms.Conversion.MapValueToKey(column, keyData: mlContext.Data.LoadFromEnumerable(names.Select(name => new Named { Name = name }))).Fit(rows);
        }

        public IDataView Prepare(IDataView rows)
        {
            rows = Instruction?.Transform(rows) ?? rows;
            return Label?.Transform(rows) ?? rows;
        }

        private sealed class Named
        {
            public string Name { get; set; } = "";
        }
    }
}
