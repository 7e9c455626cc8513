// Recollects every photograph of a folder in an ML.NET pipeline: image column in, recollected image and quality columns out.
//
//   dotnet run -c Release --project examples/ImageReconstruction [-- folder]
//
// Expected, for the bundled photographs:
//
//   photograph                    E   E, random switches
//   astronaut.png              0.66                -0.02
//   camera.png                 0.58                -0.02
//   chelsea.png                0.60                -0.04
//   coffee.png                 0.60                -0.02
//   grace_hopper.jpg           0.66                -0.01
//   horse.png                  0.80                 0.02
//   rocket.jpg                 0.56                 0.03

using BioLearn.Onnx;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

string folder = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "photos");
string[] extensions = [".png", ".jpg", ".jpeg"];
Photograph[] photographs = [.. Directory.EnumerateFiles(folder)
    .Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
    .Order(StringComparer.Ordinal)
    .Select(file => new Photograph { Path = Path.GetFileName(file) })];
if (photographs.Length == 0)
{
    Console.Error.WriteLine($"{folder}: no .png or .jpg in this folder");
    return 1;
}

// The predicted class unit is sent backwards through the bundled AlexNet: once to the positions that the max-pools recorded on the way
// forward (switches), and once to random positions. What the second picture lacks, the first owes to the switches.
var ml = new MLContext(seed: 1);
IDataView rows = ml.Data.LoadFromEnumerable(photographs);
var pipeline = ml.Transforms.LoadImages("Image", folder, nameof(Photograph.Path))
    .Append(ml.Transforms.RecollectImage(new RecollectionEstimator.Options
    {
        OutputColumnName = nameof(Recollected.Recollection),
        InputColumnName = "Image",
        Model = "alexnet",
        Cue = Cue.PredictedClass,
        EdgeCorrelationColumnName = nameof(Recollected.EdgeCorrelation),
        BatchSize = 8,
    }))
    .Append(ml.Transforms.RecollectImage(new RecollectionEstimator.Options
    {
        OutputColumnName = nameof(Recollected.Control),
        InputColumnName = "Image",
        Model = "alexnet",
        Recollection = new RecollectionOptions { Unpooling = Unpooling.Random },
        EdgeCorrelationColumnName = nameof(Recollected.ControlEdgeCorrelation),
        BatchSize = 8,
    }));
ITransformer model = pipeline.Fit(rows);

// Rows come in batches under the cursor: memory does not grow with the folder.
string results = Directory.CreateDirectory("recollected").FullName;
Console.WriteLine($"{"photograph",-24} {"E",6} {"E, random switches",20}");
foreach (Recollected row in ml.Data.CreateEnumerable<Recollected>(model.Transform(rows), reuseRowObject: false))
{
    Console.WriteLine($"{row.Path,-24} {row.EdgeCorrelation,6:0.00} {row.ControlEdgeCorrelation,20:0.00}");
    using (row.Recollection)
        row.Recollection!.Save(Path.Combine(results, Path.ChangeExtension(row.Path, ".png")));
    row.Control!.Dispose();
}
Console.WriteLine($"pictures: {results}");
return 0;

internal sealed class Photograph
{
    public string Path { get; set; } = "";
}

internal sealed class Recollected
{
    public string Path { get; set; } = "";

    [ImageType(224, 224)]
    public MLImage? Recollection { get; set; }

    [ImageType(224, 224)]
    public MLImage? Control { get; set; }

    public float EdgeCorrelation { get; set; }

    public float ControlEdgeCorrelation { get; set; }
}
