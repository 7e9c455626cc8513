// Names pieces of clothing after one example each: images, spiking features, concept cells; and a support vector machine beside them.
//
//   dotnet run -c Release --project examples/OneShotNaming
//
// Expected:
//
//   one example each of two names, 20 rounds, 100 pictures named in each
//     concept cells            86.7 % right
//     support vector machine   69.0 % right
//   a third name, taught later: 91 of 150 right; the first two cells are untouched
//   loaded again: 500 pictures named

using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

const int Rounds = 20;
const int TestsPerName = 50;
string[] names = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];
var ml = new MLContext(seed: 1);
Garment[] training = Load("train"), test = Load("t10k");

// 1. Features: a spiking network learns from 600 pictures, without their names, what clothes are made of. An image becomes two columns:
// for each neuron of the last layer the steps at which it was active, and for each map its largest potential.
var spiking = ml.Transforms.SpikingFeatures(new SpikingFeaturesEstimator.Options
{
    InputColumnName = "Image",
    CountsColumnName = "Active",
    OutputColumnName = "Largest",
    Network = new SpikingNetworkOptions
    {
        Input = new()
        {
            Width = 28,
            Height = 28,
            Border = 0,
            Filters = [ContrastFilter.DifferenceOfGaussians(), ContrastFilter.DifferenceOfGaussians(offCenter: true)],
        },
        Layers =
        [
            SpikingLayer.Convolution(16, 5, 6, learning: new() { Iterations = 2000, Potentiation = .004f, Depression = .003f, Winners = 8, InhibitionRadius = 3 }),
            SpikingLayer.Pooling(2, 2, lateralInhibition: true),
            SpikingLayer.Convolution(64, 5, 8, featureThreshold: 1e5f, new() { Iterations = 3000, Winners = 4, InhibitionRadius = 2 }),
        ],
        Seed = 1,
    },
}).Fit(View(training.Where((_, i) => i % 3 == 0)));
IDataView pictures = spiking.Transform(View(training)), questions = spiking.Transform(View(test));

// The features are computed once, then kept.
Features[] shown = [.. ml.Data.CreateEnumerable<Features>(pictures, reuseRowObject: false)], asked = [.. ml.Data.CreateEnumerable<Features>(questions, reuseRowObject: false)];

// 2. Two names, one example each: cells and support vectors learn from the same two pictures and name the same hundred.
var naming = Keys().Append(ml.MulticlassClassification.Trainers.OneShotNaming("Label", "Active"));
var svm = Keys().Append(ml.MulticlassClassification.Trainers.RbfSvm("Label", "Largest"));
var random = new Random(1);
double cells = 0, vectors = 0;
for (int round = 0; round < Rounds; round++)
{
    string[] two = [.. names.OrderBy(_ => random.Next()).Take(2)];
    IDataView examples = Table(two.Select(name => Any(name)));
    IDataView others = Table(asked.Where(row => two.Contains(row.Name)));
    cells += Accuracy(naming.Fit(examples), others) / Rounds;
    vectors += Accuracy(svm.Fit(examples), others) / Rounds;
}

Console.WriteLine($"one example each of two names, {Rounds} rounds, {2 * TestsPerName} pictures named in each");
Console.WriteLine($"  concept cells            {cells,6:P1} right");
Console.WriteLine($"  support vector machine   {vectors,6:P1} right");

// 3. A third name, later: the cells of the first two stay as they are.
var wardrobe = naming.Fit(Table([Any("trouser"), Any("bag")])).LastTransformer;
var larger = wardrobe.TeachName("ankle boot", Any("ankle boot").Active);
bool untouched = wardrobe.Model.GetWeights(0).SequenceEqual(larger.Model.GetWeights(0)) && wardrobe.Model.GetWeights(1).SequenceEqual(larger.Model.GetWeights(1));
var three = ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(larger.Transform(Table(asked)));
string[] known = ["trouser", "bag", "ankle boot"];
IDataView these = Table(asked.Where(row => known.Contains(row.Name)));
string[] answers = [.. three.Transform(larger.Transform(these)).GetColumn<string>("Answer")], truth = [.. these.GetColumn<string>("Name")];
Console.WriteLine($"a third name, taught later: {answers.Zip(truth).Count(pair => pair.First == pair.Second)} of {truth.Length} right; the first two cells {(untouched ? "are untouched" : "CHANGED")}");

// 4. Images to names in one saved pipeline, which any program loads after mlContext.UseBioLearn().
string path = Path.Combine(AppContext.BaseDirectory, "wardrobe.zip");
ml.Model.Save(new TransformerChain<ITransformer>(spiking, larger), null, path);
var loaded = new MLContext().UseBioLearn().Model.Load(path, out _);
Console.WriteLine($"loaded again: {loaded.Transform(View(test)).GetColumn<uint>("PredictedLabel").Count(key => key > 0)} pictures named");
return 0;

IEstimator<ITransformer> Keys() => ml.Transforms.Conversion.MapValueToKey("Label", "Name");

Features Any(string name)
{
    Features[] own = [.. shown.Where(row => row.Name == name)];
    return own[random.Next(own.Length)];
}

double Accuracy(ITransformer model, IDataView rows) => ml.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy;

IDataView Table(IEnumerable<Features> rows)
{
    var schema = SchemaDefinition.Create(typeof(Features));
    schema[nameof(Features.Active)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shown[0].Active.Length);
    schema[nameof(Features.Largest)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shown[0].Largest.Length);
    return ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
}

IDataView View(IEnumerable<Garment> rows) => ml.Data.LoadFromEnumerable(rows.ToArray());

Garment[] Load(string part)
{
    string folder = Path.Combine(AppContext.BaseDirectory, "fashion-mnist");
    IDataView rows = ml.Data.LoadFromIdx(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
    return [.. rows.GetColumn<float[]>("Features").Zip(rows.GetColumn<byte>("Label"), (grey, label) => new Garment
    {
        Image = MLImage.CreateFromPixels(28, 28, MLPixelFormat.Bgra32, grey.SelectMany(value => new[] { (byte)(255 * value), (byte)(255 * value), (byte)(255 * value), byte.MaxValue }).ToArray()),
        Name = names[label],
    })];
}

internal sealed class Garment
{
    [ImageType(28, 28)]
    public required MLImage Image { get; set; }

    public string Name { get; set; } = "";
}

internal sealed class Features
{
    public float[] Active { get; set; } = [];

    public float[] Largest { get; set; } = [];

    public string Name { get; set; } = "";
}
