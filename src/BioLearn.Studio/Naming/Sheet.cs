using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>
/// Drawings as one looks at them: cut out around their ink, so that a small circle in a corner and a large one in the middle are the same picture to a
/// network whose neurons each look at one place.
/// </summary>
internal static class Sheet
{
    /// <summary>The name under which the drawing pad hands its sheet over.</summary>
    public const string FileName = "drawing.png";

    private const byte Paper = 250;

    /// <summary>The square around the ink, with a margin; the sheet itself if there is no ink.</summary>
    public static ShownPicture Cut(ShownPicture drawing)
    {
        var sheet = drawing.Image;
        byte[] gray = sheet.ToGray();
        int left = sheet.Width, right = -1, top = sheet.Height, bottom = -1;
        for (int i = 0; i < gray.Length; i++)
        {
            if (gray[i] >= Paper)
                continue;
            int x = i % sheet.Width, y = i / sheet.Width;
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
        }
        if (right < 0)
            return drawing;
        int side = Math.Max(right - left, bottom - top) + 1, margin = Math.Max(2, side / 10);
        PixelImage square = new(side + (2 * margin), side + (2 * margin));
        square.Rgb.AsSpan().Fill(255);
        int fromLeft = (square.Width - (right - left + 1)) / 2, fromTop = (square.Height - (bottom - top + 1)) / 2;
        for (int y = top; y <= bottom; y++)
            sheet.Rgb.AsSpan(3 * ((y * sheet.Width) + left), 3 * (right - left + 1)).CopyTo(square.Rgb.AsSpan(3 * (((fromTop + y - top) * square.Width) + fromLeft)));
        return ShownPicture.Decode(drawing.Name, PictureUrl.PngBytes(square));
    }
}
