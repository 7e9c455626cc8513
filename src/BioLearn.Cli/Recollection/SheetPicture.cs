using System.Globalization;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Recollection;

/// <summary>The contact sheet as one picture, for slides and papers: originals and recollections of the first pictures of a run.</summary>
internal static class SheetPicture
{
    public const string FileName = "contact-sheet.png";

    private const int MostRows = 12;

    public static void Write(string folder, ManifestHeader header, IReadOnlyList<ManifestPicture> pictures)
    {
        var sheet = new ContactSheet(["original", .. header.Columns.Select(column => $"{column.Title} {column.Variant}")]);
        foreach (var picture in pictures.Where(picture => picture.Error == null).Take(MostRows))
        {
            sheet.AddRow(
            [
                (ImageFiles.Load(Path.Combine(folder, picture.Original!)), picture.Id),
                .. picture.Recollections.Select(recollection => (Picture: (PixelImage?)ImageFiles.Load(Path.Combine(folder, recollection.File)), Caption: Caption(recollection))),
            ]);
        }
        if (sheet.Rows > 0)
            ImageFiles.Save(sheet.Draw(), Path.Combine(folder, FileName));
    }

    private static string Caption(ManifestRecollection recollection) =>
        string.Create(CultureInfo.InvariantCulture, $"E {recollection.EdgeCorrelation:0.00}  P {recollection.Pearson:0.00}  SSIM {recollection.Ssim:0.00}");
}
