using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;
using Fluid;

namespace BioLearn.Cli.Naming.Report;

/// <summary>Writes report.html, one file that needs nothing else: what was compared, on what, who won, by how much, with which certainty.</summary>
internal static class NamingReport
{
    public const string FileName = "report.html";

    private const int MostNames = 10;
    private const int PicturesOfName = 6;

    /// <summary>Writes the page.</summary>
    /// <param name="folder">Where; the plots are there already.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="results">The comparisons.</param>
    /// <param name="memories">For some names the picture that its cell recalls.</param>
    /// <param name="named">Some pictures and what they were named.</param>
    /// <param name="settings">What the run was called with, name and value.</param>
    public static async Task WriteAsync(
        string folder, PictureSet set, IReadOnlyList<ComparisonResult> results, IReadOnlyList<Memory> memories, IReadOnlyList<Example> named, IReadOnlyList<(string Name, string Value)> settings)
    {
        if (!new FluidParser().TryParse(Template(), out var template, out var error))
            throw new InvalidOperationException($"report template: {error}");
        var context = new TemplateContext(new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture });
        var words = new Verdict(results);
        context.SetValue("title", set.Title);
        context.SetValue("headline", words.Headline);
        context.SetValue("answer", words.Answer);
        context.SetValue("overview", results.Select(Overview).ToArray());
        context.SetValue("comparisons", results.Select(result => Details(folder, result)).ToArray());
        context.SetValue("names", Sample(set));
        context.SetValue("name_count", set.Names.Count);
        context.SetValue("learn_count", set.Training.Sum(places => places.Length));
        context.SetValue("test_count", set.Test.Sum(places => places.Length));
        context.SetValue("unnamed", set.Unnamed?.Count ?? 0);
        context.SetValue("memories", memories.Select(memory => new Dictionary<string, object?>
        {
            ["name"] = memory.Name,
            ["shown"] = Inline(memory.Shown),
            ["recalled"] = Inline(memory.Recalled),
            ["traced"] = Inline(memory.Traced),
        }).ToArray());
        context.SetValue("named", named.Select(one => new Dictionary<string, object?>
        {
            ["picture"] = Inline(one.Picture),
            ["name"] = one.Name,
            ["by_naming"] = one.ByNaming,
            ["naming_right"] = one.ByNaming == one.Name,
            ["by_svm"] = one.BySvm,
            ["svm_right"] = one.BySvm == one.Name,
        }).ToArray());
        context.SetValue("published", Published.FaceMotor.Select(one => new Dictionary<string, object?> { ["what"] = one.What, ["figure"] = one.Figure, ["note"] = one.Note }).ToArray());
        context.SetValue("settings", settings.Select(one => new Dictionary<string, object?> { ["name"] = one.Name, ["value"] = one.Value }).ToArray());
        await SafeFile.WriteAsync(Path.Combine(folder, FileName), async file =>
        {
            await using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
            await template.RenderAsync(text, context, HtmlEncoder.Default);
        });
    }

    private static string Template()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("naming-report.liquid")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, object?> Overview(ComparisonResult result) => new()
    {
        ["title"] = result.Title,
        ["network"] = result.Network,
        ["episodes"] = result.Comparison.Episodes.Count,
        ["naming"] = Mean(result, NamingContestant.Naming),
        ["svm"] = Mean(result, NamingContestant.Svm),
        ["difference"] = result.Difference is { } d ? Verdict.Points(d.Difference) : "–",
        ["interval"] = result.Difference is { } i ? $"{Verdict.Points(i.Lower)} to {Verdict.Points(i.Upper)}" : "–",
        ["p"] = result.Difference is { } p ? Verdict.P(p.PValue) : "–",
        ["winner"] = Verdict.Winner(result),
    };

    private static Dictionary<string, object?> Details(string folder, ComparisonResult result) => new()
    {
        ["title"] = result.Title,
        ["network"] = result.Network,
        ["episodes"] = result.Comparison.Episodes.Count,
        ["chance"] = Verdict.Percent(1.0 / result.Ways),
        ["plot"] = "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, $"cdf-{result.Slug}.png"))),
        ["rows"] = result.Comparison.Contestants.Select((contestant, c) =>
        {
            var d = new EmpiricalDistribution(result.Comparison.Accuracies[c]);
            return new Dictionary<string, object?>
            {
                ["key"] = contestant.Key,
                ["strong"] = contestant.Key is NamingContestant.Naming or NamingContestant.Svm,
                ["what"] = contestant.Title,
                ["sees"] = contestant.Sees,
                ["mean"] = Verdict.Percent(d.Mean),
                ["width"] = (int)Math.Round(100 * d.Mean),
                ["median"] = Verdict.Percent(d.Quantile(.5)),
                ["low"] = Verdict.Percent(d.Quantile(.05)),
                ["high"] = Verdict.Percent(d.Quantile(.95)),
                ["share"] = Verdict.Percent(d.Sorted.Count(x => x >= .9) / (double)d.Count),
            };
        }).ToArray(),
    };

    private static Dictionary<string, object?>[] Sample(PictureSet set) =>
    [
        .. Enumerable.Range(0, Math.Min(MostNames, set.Names.Count)).Select(name => new Dictionary<string, object?>
        {
            ["name"] = set.Names[name],
            ["pictures"] = set.Training[name].Where((_, i) => i % Math.Max(1, set.Training[name].Length / PicturesOfName) == 0).Take(PicturesOfName)
                .Select(place => Inline(set.Pictures[place].Picture)).ToArray(),
        }),
    ];

    private static string Mean(ComparisonResult result, string key) => result.Comparison.Has(key) ? Verdict.Percent(result.Comparison.Of(key).Average()) : "–";

    private static string Inline(GrayPicture picture)
    {
        using var png = new MemoryStream();
        ImageFiles.Codec.Encode(Features.Coloured(picture), png, ImageFormat.Png);
        return "data:image/png;base64," + Convert.ToBase64String(png.ToArray());
    }
}

/// <summary>What the cell of a name recalls after its examples.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shown">An example that was shown.</param>
/// <param name="Recalled">What comes back from the name alone.</param>
/// <param name="Traced">What comes back through neurons that the example made fire.</param>
internal sealed record Memory(string Name, GrayPicture Shown, GrayPicture Recalled, GrayPicture Traced);

/// <summary>A picture that was named.</summary>
internal sealed record Example(GrayPicture Picture, string Name, string ByNaming, string BySvm);
