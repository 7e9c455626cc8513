using System.Globalization;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Recollection;

/// <summary>The contact sheet as one picture, for slides and papers: originals and recollections of the first pictures of a run, as many columns as fit.</summary>
internal static class SheetPicture
{
    public const string FileName = "contact-sheet.png";

    private const int MostRows = 12;

    /// <summary>Columns beside the originals: a sheet of 10,000 pixels is what programs for slides and papers still open.</summary>
    private const int MostColumns = 40;

    public static void Write(string folder, ManifestHeader header, IEnumerable<ManifestPicture> pictures)
    {
        ManifestPicture[] shown = [.. pictures.Where(picture => picture.Error == null).Take(MostRows)];
        if (shown.Length == 0)
            return;
        var sheet = new ContactSheet(["original", .. header.Columns.Take(MostColumns).Select(column => $"{column.Title} {column.Variant}")]);
        foreach (var picture in shown)
        {
            sheet.AddRow(
            [
                (ImageFiles.Load(Path.Combine(folder, picture.Original!)), picture.Id),
                .. picture.Recollections.Take(MostColumns).Select(recollection => (Picture: (PixelImage?)ImageFiles.Load(Path.Combine(folder, recollection.File)), Caption: Caption(recollection))),
            ]);
        }
        ImageFiles.Save(sheet.Draw(), Path.Combine(folder, FileName));
    }

    private static string Caption(ManifestRecollection recollection) =>
        string.Create(CultureInfo.InvariantCulture, $"E {recollection.EdgeCorrelation:0.00}  P {recollection.Pearson:0.00}  SSIM {recollection.Ssim:0.00}");
}
