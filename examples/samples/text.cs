// Text: what a short message is about. `dotnet run text.cs`
#:project ../../src/BioLearn.ML
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 600).Select(_ => Message.Draw(random)));
var split = ml.Data.TrainTestSplit(data, testFraction: 0.25);

var pipeline = ml.Transforms.Text.FeaturizeText("Features", "Text")
    .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Topic"))
    .Append(ml.MulticlassClassification.Trainers.DirectFeedbackAlignment(new() { HiddenUnits = [32], NumberOfEpochs = 20 }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(split.TrainSet);
var figures = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"accuracy {figures.MicroAccuracy:P1} on messages that were not learned");

var engine = ml.Model.CreatePredictionEngine<Message, Answer>(model);
foreach (string text in (string[])["the parcel never came", "my card was charged twice", "the screen is black after the update"])
    Console.WriteLine($"{text}: {engine.Predict(new() { Text = text }).PredictedLabel}");

internal sealed class Message
{
    private static readonly Dictionary<string, string[]> Phrases = new()
    {
        ["delivery"] = ["the parcel is late", "the parcel never came", "where is my order", "wrong address on the box", "the courier did not ring"],
        ["payment"] = ["my card was charged", "charged twice for one order", "the invoice is wrong", "please refund the money", "the coupon was not counted"],
        ["device"] = ["the screen is black", "it stops after the update", "the battery is empty at noon", "the sound crackles", "it does not start"],
    };

    private static readonly string[] Around = ["hello", "please help", "again", "since monday", "thank you", "today", "this is annoying"];

    public string Text { get; set; } = "";
    public string Topic { get; set; } = "";

    public static Message Draw(Random random)
    {
        var (topic, phrases) = Phrases.ElementAt(random.Next(Phrases.Count));
        string Word() => Around[random.Next(Around.Length)];
        return new() { Topic = topic, Text = $"{Word()} {phrases[random.Next(phrases.Length)]} {Word()}" };
    }
}

internal sealed class Answer
{
    public string PredictedLabel { get; set; } = "";
}
