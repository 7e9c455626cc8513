using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using BioLearn.Cli.Instructed.Data;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using Fluid;

namespace BioLearn.Cli.Instructed.Report;

/// <summary>An answer to show: a picture, what it was asked, what the network said.</summary>
/// <param name="Picture">The picture, or null.</param>
/// <param name="Caption">What it is.</param>
/// <param name="Answers">Question, answer, the right answer.</param>
internal sealed record Example(PixelImage? Picture, string Caption, IReadOnlyList<(string Question, string Answer, string Right)> Answers);

/// <summary>Writes report.html, one file that needs nothing else: what the network was asked, which part of it answered, how we know that the instruction did it.</summary>
internal static class InstructedReport
{
    public const string FileName = "report.html";
    public const string GatesPicture = "gates.png";
    public const string OverlapPicture = "overlap.png";
    public const string PlacesPicture = "places.png";
    public const string CurvePicture = "curves.png";

    /// <summary>Writes the page; its pictures are in the folder already.</summary>
    public static async Task WriteAsync(
        string folder, InstructedData data, Results results, IReadOnlyList<InstructedEpoch> epochs, IReadOnlyList<Example> examples, IReadOnlyList<Reference> references,
        IReadOnlyList<(string Name, string Value)> settings)
    {
        if (!new FluidParser().TryParse(Template(), out var template, out var error))
            throw new InvalidOperationException($"report template: {error}");
        var context = new TemplateContext(new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture });
        Verdict verdict = new(results, data.Instructions);
        context.SetValue("title", data.Title);
        context.SetValue("headline", verdict.Headline);
        context.SetValue("answers", verdict.Answer.ToArray());
        context.SetValue("pictures", data.Input.IsPicture);
        context.SetValue("per_task", results.PerTask);
        context.SetValue("several", data.AsksSeveral);
        context.SetValue("two", data.Instructions.Count == 2);
        context.SetValue("instruction_count", data.Instructions.Count);
        context.SetValue("training_count", Verdict.Count(data.Training.Count));
        context.SetValue("test_count", Verdict.Count(data.Test.Count));
        context.SetValue("question_count", Verdict.Count(results.Questions));
        context.SetValue("examples", examples.Select(Shown).ToArray());
        context.SetValue("controls", Controls(data, results).ToArray());
        context.SetValue("instructions", data.Instructions.Select((name, i) => Row(
            ("name", name), ("accuracy", Verdict.Percent(results.Accuracy[i])), ("majority", Verdict.Percent(results.Majority[i])), ("width", Width(results.Accuracy[i])), ("guess", Width(results.Majority[i])))).ToArray());
        context.SetValue("layers", Layers(results.Gates).ToArray());
        context.SetValue("overlap", Verdict.Percent(results.Gates.MeanOverlap));
        context.SetValue("chance_overlap", Verdict.Percent(results.Gates.ChanceOverlap));
        context.SetValue("dead", string.Join(", ", results.Gates.Dead));
        context.SetValue("gates", Embedded(folder, GatesPicture));
        context.SetValue("places", Embedded(folder, PlacesPicture));
        context.SetValue("overlaps", Embedded(folder, OverlapPicture));
        context.SetValue("curves", Embedded(folder, CurvePicture));
        context.SetValue("first", data.Instructions[0]);
        context.SetValue("second", data.Instructions[^1]);
        context.SetValue("training_accuracy", Verdict.Percent(results.Training));
        context.SetValue("average", Verdict.Percent(results.Average));
        context.SetValue("epochs", epochs.Count == 0 ? 0 : epochs[^1].Epoch);
        context.SetValue("references", references.Select(one => Row(("what", one.What), ("figure", one.Figure), ("note", one.Note))).ToArray());
        context.SetValue("settings", settings.Select(one => Row(("name", one.Name), ("value", one.Value))).ToArray());
        await SafeFile.WriteAsync(Path.Combine(folder, FileName), async file =>
        {
            await using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
            await template.RenderAsync(text, context, HtmlEncoder.Default);
        });
    }

    private static string Template()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("instructed-report.liquid")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, object?> Shown(Example example) => Row(
        ("picture", example.Picture is { } picture ? Inline(picture) : null),
        ("caption", example.Caption),
        ("answers", example.Answers.Select(one => Row(("question", one.Question), ("answer", one.Answer), ("right", one.Right), ("is_right", one.Answer == one.Right))).ToArray()));

    private static IEnumerable<Dictionary<string, object?>> Controls(InstructedData data, Results results)
    {
        string kept = results.PerTask ? "; the output layer stays that of the instruction, so that this does not take the instruction away" : "";
        yield return Control("The instruction as it was meant", "the same network, asked what was to be answered", results.Average, "own");
        if (results.Wrong is { } wrong)
        {
            yield return Control("Another instruction: answers to the question that was asked", $"the same pictures and network; {Verdict.Count(wrong.Count)} cases in which the two answers differ", wrong.Asked, "own");
            yield return Control("Another instruction: answers to the question that was meant", "the same answers, counted by the question that was not asked", wrong.Meant, "bad");
        }
        yield return Control("Random gates", "in each layer as many units open as the instruction opens, but others" + kept, results.OverQuestions(results.RandomGates), results.PerTask ? "other" : "bad");
        yield return Control("All gates open", (results.PerTask ? "the whole network" : "the whole network, which is to be asked nothing") + kept, results.OverQuestions(results.AllOpen), results.PerTask ? "other" : "bad");
        if (results.Singles is { } singles)
        {
            yield return Control("A network of its own for each instruction", $"{data.Instructions.Count} networks with {Verdict.Count(data.Instructions.Count * results.Parameters)} numbers in all, in the place of one with {Verdict.Count(results.Parameters)}", results.OverQuestions(singles), "other");
        }
        yield return Control("The most frequent answer", "without looking", results.MostFrequent, "other");
    }

    private static Dictionary<string, object?> Control(string what, string how, double accuracy, string kind) =>
        Row(("what", what), ("how", how), ("accuracy", Verdict.Percent(accuracy)), ("width", Width(accuracy)), ("kind", kind));

    private static IEnumerable<Dictionary<string, object?>> Layers(GateTable gates) => gates.Layers.Select(layer => Row(
        ("name", layer.Name),
        ("units", Verdict.Count(layer.Units)),
        ("shares", Enumerable.Range(0, gates.Instructions.Count).Select(i => Verdict.Percent(layer.Share(i))).ToArray()),
        ("mean", Verdict.Percent(Enumerable.Range(0, gates.Instructions.Count).Average(layer.Share))),
        ("both", gates.Instructions.Count == 2 ? Verdict.Percent(layer.Both(0, 1)) : "")));

    private static int Width(double share) => double.IsFinite(share) ? (int)Math.Round(100 * share) : 0;

    private static Dictionary<string, object?> Row(params (string Name, object? Value)[] values) => values.ToDictionary(one => one.Name, one => one.Value);

    /// <summary>A picture of the folder, or nothing where there is none.</summary>
    private static string Embedded(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, name))) : "";

    private static string Inline(PixelImage picture)
    {
        using var png = new MemoryStream();
        ImageFiles.Codec.Encode(picture, png, ImageFormat.Png);
        return "data:image/png;base64," + Convert.ToBase64String(png.ToArray());
    }
}
