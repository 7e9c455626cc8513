using System.Globalization;
using System.IO.Compression;
using System.Text;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>A lesson to take along: its pictures, its network, and the command lines and the program that hold it again.</summary>
public sealed class LessonKit
{
    private const string Network = "network.blsn", Folder = "pictures";

    private readonly ISenses _senses;
    private readonly string _threshold;

    internal LessonKit(Lesson lesson, double share)
    {
        _senses = lesson.Senses;
        _threshold = lesson.Threshold(share).ToString("0.##", CultureInfo.InvariantCulture);
        Files = [.. lesson.Examples.Select((example, i) => ($"{i + 1:00}-{FileWord(example.Name)}.png", example))];
    }

    /// <summary>Each example, and the name of its file.</summary>
    public IReadOnlyList<(string File, Example Example)> Files { get; }

    /// <summary>The lesson by the tool; null where the tool has no such features.</summary>
    public string? CommandLines => _senses.NetworkFile is null ? null : string.Join('\n',
        [
            .. Files.Select((file, i) => $"biolearn naming teach {Quoted(file.Example.Name)} {Folder}/{file.File} --model lesson{(i == 0 ? $" --network {Network}" : "")}"),
            $"biolearn naming name {Folder} --model lesson --threshold {_threshold}",
        ]);

    /// <summary>The lesson as a program.</summary>
    public string Program
    {
        get
        {
            StringBuilder text = new();
            bool spiking = _senses.NetworkFile is not null;
            text.AppendLine(spiking ? "using BioLearn.ML.Naming;\nusing BioLearn.ML.Spiking;" : "using BioLearn.ML.Naming;");
            text.AppendLine("using Microsoft.ML;\nusing Microsoft.ML.Data;\n");
            text.AppendLine("var ml = new MLContext(seed: 1);");
            text.AppendLine($"var look = ml.Transforms.LoadImages(\"Image\", \"{Folder}\", \"File\")");
            text.AppendLine(spiking
                ? $"    .Append(ml.Transforms.SpikingFeatures(new SpikingFeaturesEstimator.Options {{ InputColumnName = \"Image\", OutputColumnName = null, CountsColumnName = \"Features\", NetworkPath = \"{Network}\" }}))"
                : $"    .Append(ml.Transforms.CnnActivations(\"Features\", \"Image\", {Literal(_senses.Key)}, level: {_senses.Level}))");
            text.AppendLine("    .Fit(Shown());\n");
            for (int i = 0; i < Files.Count; i++)
            {
                string row = $"Shown(({Literal(Files[i].File)}, {Literal(Files[i].Example.Name)}))";
                text.AppendLine(i > 0 ? $"cells = cells.TeachName({Literal(Files[i].Example.Name)}, look.Transform({row}));" :
                    "var cells = ml.Transforms.Conversion.MapValueToKey(\"Label\", \"Name\")\n"
                    + $"    .Append(ml.MulticlassClassification.Trainers.OneShotNaming(new OneShotNamingOptions {{ Coding = FeatureCoding.{_senses.Coding}, NameThreshold = {_threshold}f, Seed = 1 }}))\n"
                    + $"    .Fit(look.Transform({row})).LastTransformer;");
            }
            text.AppendLine($$"""

                foreach (string file in Directory.GetFiles("{{Folder}}").Select(path => Path.GetFileName(path)).Order())
                {
                    var named = cells.Transform(look.Transform(Shown((file, ""))));
                    float[] potentials = named.GetColumn<float[]>("Score").Single();
                    uint name = named.GetColumn<uint>("PredictedLabel").Single();
                    Console.WriteLine($"{file}: {(name == 0 ? "no name" : cells.ClassNames![(int)name - 1])}, {string.Join(" ", potentials.Select(potential => potential.ToString("0.0")))}");
                }

                IDataView Shown(params (string File, string Name)[] rows) => ml.Data.LoadFromEnumerable(rows.Select(row => new Row { File = row.File, Name = row.Name }));

                class Row
                {
                    public string File { get; set; } = "";
                    public string Name { get; set; } = "";
                }
                """);
            return text.ToString().ReplaceLineEndings("\n");
        }
    }

    /// <summary>All of it in one archive.</summary>
    public byte[] Archive()
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (file, example) in Files)
                Write($"{Folder}/{file}", PictureUrl.PngBytes(example.Picture.Image));
            if (_senses.NetworkFile is { } network)
                Write(Network, File.ReadAllBytes(network));
            if (CommandLines is { } lines)
                Write("lesson.sh", Encoding.UTF8.GetBytes(lines + "\n"));
            Write("Lesson.cs", Encoding.UTF8.GetBytes(Program));

            void Write(string name, byte[] content)
            {
                var entry = archive.CreateEntry(name);
                entry.LastWriteTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same lesson, the same bytes
                using var stream = entry.Open();
                stream.Write(content);
            }
        }
        return bytes.ToArray();
    }

    private static string Quoted(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Literal(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string FileWord(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
}
