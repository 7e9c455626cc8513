using System.Globalization;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Instructed;

/// <summary>Where in a picture an instruction opens the network: for each place of a layer's maps the share of maps that are open there.</summary>
internal static class GatePlaces
{
    private const int Cell = 200;
    private const int MostInstructions = 6;

    // From closed to open: dark to bright, readable for the colour-blind (as viridis).
    private static readonly (int Red, int Green, int Blue)[] Palette = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    /// <summary>Whether there is anything to draw: layers of maps, and few instructions.</summary>
    public static bool Has(GateTable gates) => gates.Instructions.Count <= MostInstructions && Layers(gates).Any();

    /// <summary>A sheet with a row a layer and a column an instruction; each row is as bright as its brightest place.</summary>
    public static void Write(string path, GateTable gates)
    {
        ContactSheet sheet = new(gates.Instructions, Cell);
        foreach (var layer in Layers(gates))
        {
            double[][] shares = [.. gates.Instructions.Select((_, i) => Shares(layer.Gates(i), layer))];
            double most = shares.Max(one => one.Max());
            sheet.AddRow(shares.Select(one => ((PixelImage?)Draw(one, layer, most), string.Create(CultureInfo.InvariantCulture, $"layer {layer.Number}, brightest {100 * most:0} %"))));
        }
        ImageFiles.Save(sheet.Draw(), path);
    }

    private static IEnumerable<GateLayer> Layers(GateTable gates) => gates.Layers.Where(layer => layer.Shape.Height > 2 && layer.Shape.Width > 2);

    private static double[] Shares(bool[] open, GateLayer layer)
    {
        double[] shares = new double[layer.Shape.Height * layer.Shape.Width];
        for (int unit = 0; unit < open.Length; unit++)
            shares[unit % shares.Length] += open[unit] ? 1.0 / layer.Shape.Channels : 0;
        return shares;
    }

    private static PixelImage Draw(double[] shares, GateLayer layer, double most)
    {
        int scale = Math.Max(1, Cell / Math.Max(layer.Shape.Height, layer.Shape.Width));
        PixelImage image = new(layer.Shape.Width * scale, layer.Shape.Height * scale);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double bright = most == 0 ? 0 : shares[(y / scale * layer.Shape.Width) + (x / scale)] / most * (Palette.Length - 1);
                int below = Math.Min((int)bright, Palette.Length - 2);
                var (from, to, part) = (Palette[below], Palette[below + 1], bright - below);
                var pixel = image.Rgb.AsSpan(3 * ((y * image.Width) + x), 3);
                (pixel[0], pixel[1], pixel[2]) = (Mix(from.Red, to.Red), Mix(from.Green, to.Green), Mix(from.Blue, to.Blue));

                byte Mix(int one, int other) => (byte)Math.Round(one + (part * (other - one)));
            }
        }
        return image;
    }
}
