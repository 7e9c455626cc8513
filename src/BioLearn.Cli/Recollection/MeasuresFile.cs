using BioLearn.Cli.Tables;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Recollection;

/// <summary>measures.csv: a line for each recollection, for tables and plots of one's own.</summary>
internal static class MeasuresFile
{
    public const string FileName = "measures.csv";

    private static readonly string[] Header =
    [
        "picture", "predicted", "probability", "cue", "variant", "file", "E", "pearson", "ssim", "identified", "among", "cue_specificity", "other_class", "constant", "random",
        "switch_dependence", "weight_dependence",
    ];

    public static void Write(string folder, ManifestHeader header, IEnumerable<ManifestPicture> pictures)
    {
        var columns = header.Columns.ToDictionary(column => column.Id);
        SafeFile.Write(Path.Combine(folder, FileName), file => CsvText.Write(file, Header, pictures.SelectMany(picture => picture.Recollections.Select(one => Row(picture, one, columns[one.Column])))));
    }

    private static object[] Row(ManifestPicture picture, ManifestRecollection one, ManifestColumn column) =>
    [
        picture.Source, picture.PredictedName ?? Number(picture.PredictedClass), Number(picture.Probability), column.Title, column.Variant, one.File,
        one.EdgeCorrelation, one.Pearson, one.Ssim, one.Identified switch { true => "yes", false => "no", null => "" }, Number(one.IdentifiedAmong),
        Number(one.Controls?.CueSpecificity), Number(one.Controls?.OtherClass), Number(one.Controls?.Constant), Number(one.Controls?.Random),
        Number(one.Controls?.SwitchDependence), Number(one.Controls?.WeightDependence),
    ];

    private static object Number(double? value) => value is { } known ? known : "";
}
