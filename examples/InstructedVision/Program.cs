// One network, two questions about the same picture: two pieces of clothing lie in it, and the instruction says which of them is meant. And how one
// knows that the instruction did it: other instructions, other gates, all gates open.
//
//   dotnet run -c Release --project examples/InstructedVision
//
// Expected:
//
//   asked "left": right about 71.4 % of 500 pictures
//   asked "right": right about 60.4 % of 500 pictures
//   the answer to "left" is what lies on the right in 2.9 % of the 450 in which two kinds lie
//     32x24x24 units: 17 % open for "left", 13 % for "right", 10 % for both
//     ...
//   asked "left", control None: 71.4 % right
//   asked "left", control RandomGates: 10.0 % right
//   asked "left", control AllOpen: 16.6 % right
//   loaded again, left of the third picture: trouser
//   loaded again, right of the third picture: ankle boot

using BioLearn.ML;
using BioLearn.ML.Data;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

string[] clothes = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];
var ml = new MLContext(seed: 1);

// 1. Two pictures in one, as in Multi-MNIST. Each is asked twice: what is on the left, what is on the right?
MultiMnist training = Compose("train"), test = Compose("t10k");

// 2. A convolutional network that learns by the Counter-Hebb rule. The instruction comes down through its weights and opens a part of it; then the
// picture goes up through this part, and while it learns the error comes down the same way.
var pipeline = ml.Transforms.Conversion.MapValueToKey("Instruction", nameof(Asked.Question))
    .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Asked.Answer)))
    .Append(ml.MulticlassClassification.Trainers.InstructedNetwork(new InstructedNetworkOptions
    {
        FeatureColumnName = nameof(Asked.Picture),
        InputShape = new TensorShape(1, training.Height, training.Width),
        Core = InstructedCore.Simple,
        TaskEmbedding = [50],
        Optimizer = OptimizerSettings.Adam(.001),
        LearningRateDecay = .9,
        BatchSize = 16,
        NumberOfEpochs = 10, // each picture is asked both questions in each
        NormalizeFeatures = NormalizeFeatures.No, // they are
    }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(Rows(training));

// 3. Asked about pictures that it has not seen. Rows come in pairs: the left question, then the right one.
Answered[] answers = Ask(Rows(test));
foreach (string side in (string[])["left", "right"])
    Console.WriteLine($"asked \"{side}\": right about {answers.Where(a => a.Question == side).Average(a => a.PredictedLabel == a.Answer ? 1.0 : 0):P1} of {test.Count} pictures");
int[] apart = [.. Enumerable.Range(0, test.Count).Where(i => test.Label(i, Side.Left) != test.Label(i, Side.Right))];
Console.WriteLine($"the answer to \"left\" is what lies on the right in {apart.Average(i => answers[2 * i].PredictedLabel == answers[(2 * i) + 1].Answer ? 1.0 : 0):P1} of the {apart.Length} in which two kinds lie");

// 4. Which part of the network answered. A task is the one-hot vector of its key.
var network = ((IEnumerable<ITransformer>)model).OfType<BioLearn.ML.Hosting.PredictionTransformer<NetworkModelParameters>>().Single().Model;
int left = network.InstructionNames!.ToList().IndexOf("left"), right = 1 - left;
SubNetworks parts = SubNetworks.Of(network, [1, 0, 0, 1], width: 2);
for (int l = 0; l < parts.Layers.Count; l++)
    Console.WriteLine($"  {parts.Layers[l].Output} units: {parts.Open(l, left):P0} open for \"left\", {parts.Open(l, right):P0} for \"right\", {parts.OpenInBoth(l, left, right):P0} for both");

// 5. Whether it matters which units are open: the same network, the same pictures, other gates.
string[] names = Keys("Label");
Samples<float> asked = Samples<float>
    .OfClasses(Enumerable.Range(0, test.Count).SelectMany(i => Picture(test, i)).ToArray(), Enumerable.Range(0, test.Count).Select(i => Array.IndexOf(names, clothes[test.Label(i, Side.Left)])).ToArray())
    .With(Instructions<float>.OfTasks(Enumerable.Repeat(left, test.Count).ToArray(), tasks: 2));
foreach (var control in (InstructionControl[])[InstructionControl.None, InstructionControl.RandomGates, InstructionControl.AllOpen])
    Console.WriteLine($"asked \"left\", control {control}: {InstructedEvaluation.Evaluate(network, asked, control).Single().Accuracy:P1} right");

// 6. Saved, loaded, and asked by name.
string path = Path.Combine(AppContext.BaseDirectory, "instructed.zip");
ml.Model.Save(model, Rows(test).Schema, path);
var engine = ml.Model.CreatePredictionEngine<Asked, Answered>(BioLearnModel.Load(ml, path, out _));
foreach (string side in (string[])["left", "right"])
    Console.WriteLine($"loaded again, {side} of the third picture: {engine.Predict(new Asked { Picture = Picture(test, 2), Question = side }).PredictedLabel}");

MultiMnist Compose(string part)
{
    string folder = Path.Combine(AppContext.BaseDirectory, "fashion-mnist");
    return MultiMnist.Compose(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), seed: 1);
}

IDataView Rows(MultiMnist set) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2 * set.Count).Select(row => new Asked
{
    Picture = Picture(set, row / 2),
    Question = row % 2 == 0 ? "left" : "right",
    Answer = clothes[set.Label(row / 2, (Side)(row % 2))],
}));

float[] Picture(MultiMnist set, int i)
{
    float[] values = new float[set.Height * set.Width];
    set.CopyNormalized(i, values);
    return values;
}

Answered[] Ask(IDataView rows) => [.. ml.Data.CreateEnumerable<Answered>(model.Transform(rows), reuseRowObject: false)];

string[] Keys(string column)
{
    VBuffer<ReadOnlyMemory<char>> values = default;
    model.Transform(Rows(test)).Schema[column].GetKeyValues(ref values);
    return [.. values.DenseValues().Select(value => value.ToString())];
}

internal sealed class Asked
{
    [VectorType(784)]
    public float[] Picture { get; set; } = [];

    public string Question { get; set; } = "";

    public string Answer { get; set; } = "";
}

internal sealed class Answered
{
    public string Question { get; set; } = "";

    public string Answer { get; set; } = "";

    public string PredictedLabel { get; set; } = "";
}
