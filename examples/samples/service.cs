// A web service: prediction engines are not for several threads, so requests share a pool of them. `dotnet run service.cs`
// starts it, asks it 200 questions, eight at a time, and ends; with `-- --urls http://localhost:5000` it stays and answers
//   curl -d '{"features":[5.9,3.0,5.1,1.8]}' -H 'content-type: application/json' http://localhost:5000/predict
// (ML.NET's own pool, PredictionEnginePool of the package Microsoft.Extensions.ML, wants MLOptions.MLContext.UseBioLearn().)
#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/BioLearn.ML
using System.Net.Http.Json;
using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;

string file = Path.Combine(Path.GetTempPath(), $"service-{Environment.ProcessId}.zip");
Flowers.Train(file);

var ml = new MLContext().UseBioLearn();
ITransformer model = BioLearnModel.Load(ml, file, out _);
File.Delete(file);

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSingleton<ObjectPool<PredictionEngine<Flower, Answer>>>(new DefaultObjectPool<PredictionEngine<Flower, Answer>>(new Engines(ml, model)));
bool stays = args.Contains("--urls");
if (!stays)
    builder.WebHost.UseUrls("http://127.0.0.1:0");
var app = builder.Build();
app.MapPost("/predict", (Flower flower, ObjectPool<PredictionEngine<Flower, Answer>> pool) =>
{
    var engine = pool.Get();
    try
    {
        return engine.Predict(flower);
    }
    finally
    {
        pool.Return(engine);
    }
});
if (stays)
{
    app.Run();
    return;
}
await app.StartAsync();
using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
int right = 0;
var random = new Random(2);
Flower[] asked = [.. Enumerable.Range(0, 200).Select(_ => Flowers.Draw(random))];
await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (flower, cancel) =>
{
    var response = await client.PostAsJsonAsync("/predict", flower, cancel);
    var answer = await response.Content.ReadFromJsonAsync<Answer>(cancel);
    if (answer!.PredictedLabel == flower.Label)
        Interlocked.Increment(ref right);
});
Console.WriteLine($"{right} of {asked.Length} flowers named rightly by the service");
await app.StopAsync();

internal sealed class Engines(MLContext ml, ITransformer model) : PooledObjectPolicy<PredictionEngine<Flower, Answer>>
{
    public override PredictionEngine<Flower, Answer> Create() => ml.Model.CreatePredictionEngine<Flower, Answer>(model);

    public override bool Return(PredictionEngine<Flower, Answer> obj) => true;
}

internal static class Flowers
{
    private static readonly (string Name, float[] Mean)[] Species = [("setosa", [5.0f, 3.4f, 1.5f, .2f]), ("versicolor", [5.9f, 2.8f, 4.3f, 1.3f]), ("virginica", [6.6f, 3.0f, 5.6f, 2.0f])];

    public static void Train(string file)
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(_ => Draw(random)).ToArray());
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(ml.MulticlassClassification.Trainers.FeedbackAlignment(new() { HiddenUnits = [16], NumberOfEpochs = 100, Optimizer = OptimizerSettings.Adam(.01) }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ml.Model.Save(pipeline.Fit(data), data.Schema, file);
    }

    public static Flower Draw(Random random)
    {
        var (name, mean) = Species[random.Next(Species.Length)];
        return new() { Label = name, Features = [.. mean.Select(value => value + (.6f * (random.NextSingle() - .5f)))] };
    }
}

internal sealed class Flower
{
    public string Label { get; set; } = "";

    [VectorType(4)]
    public float[] Features { get; set; } = [];
}

internal sealed class Answer
{
    public string PredictedLabel { get; set; } = "";
}
