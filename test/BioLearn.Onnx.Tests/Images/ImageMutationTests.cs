using System.Diagnostics;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

/// <summary>Damaged pictures end in the one documented error, in short time and little memory. BIOLEARN_MUTANTS sets how many (400).</summary>
public class ImageMutationTests
{
    [Fact]
    public void Mutants_decode_or_are_refused()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("BIOLEARN_MUTANTS") ?? "400");
        var scene = TestImages.Scene(97, 71);
        byte[][] parents =
        [
            TestImages.Encode(scene, ImageFormat.Png),
            TestImages.Encode(scene, ImageFormat.Jpeg),
            PngWriter.Write(97, 71, 8, 3, scene.ToGray().Select(v => (byte)(v % 5)).ToArray(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
            PngWriter.Write(97, 71, 8, 0, scene.ToGray()),
            Bitmap(scene),
        ];
        var random = new Random(20);
        int decoded = 0, refused = 0;
        // The peak is the process's: what other tests used before does not count.
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        for (var i = 0; i < count; i++)
        {
            var mutant = Mutate(parents[i % parents.Length], random);
            var clock = Stopwatch.StartNew();
            try
            {
                var image = ImageFiles.Codec.Decode(mutant, "mutant");
                Assert.True((long)image.Width * image.Height <= ImageLimits.MaxPixels);
                decoded++;
            }
            catch (InvalidImageException)
            {
                refused++;
            }
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"mutant {i} took {clock.Elapsed}");
        }
        Assert.True(decoded > 0 && refused > 0, $"{decoded} decoded, {refused} refused: mutations are too mild or too wild");
        Assert.True(Process.GetCurrentProcess().PeakWorkingSet64 - peak < 1L << 30);
    }

    /// <summary>Bits flipped, the end or the middle cut away, lengths forged, stretches repeated.</summary>
    private static byte[] Mutate(byte[] parent, Random random)
    {
        byte[] mutant = [.. parent];
        switch (random.Next(5))
        {
            case 0:
                for (var flips = random.Next(1, 9); flips > 0; flips--)
                    mutant[random.Next(mutant.Length)] ^= (byte)(1 << random.Next(8));
                return mutant;
            case 1:
                return mutant[..random.Next(mutant.Length)];
            case 2:
                var from = random.Next(mutant.Length - 1);
                return [.. mutant[..from], .. mutant[random.Next(from + 1, mutant.Length)..]];
            case 3:
                byte[] forged = random.Next(3) switch
                {
                    0 => [0xFF, 0xFF, 0xFF, 0xFF],
                    1 => [0x7F, 0xFF, 0xFF, 0xFF],
                    _ => [0, 0, (byte)random.Next(256), (byte)random.Next(256)],
                };
                forged.CopyTo(mutant, random.Next(Math.Min(200, mutant.Length - 4)));
                return mutant;
            default:
                var start = random.Next(mutant.Length);
                return [.. mutant, .. mutant[start..], .. mutant];
        }
    }

    private static byte[] Bitmap(PixelImage image)
    {
        var rowBytes = (3 * image.Width + 3) / 4 * 4;
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("BM"u8);
        writer.Write(54 + rowBytes * image.Height);
        writer.Write(0);
        writer.Write(54);
        foreach (var value in (int[])[40, image.Width, image.Height, 1 | (24 << 16), 0, 0, 0, 0, 0, 0])
            writer.Write(value);
        for (var y = image.Height - 1; y >= 0; y--)
        {
            var row = new byte[rowBytes];
            image.Rgb.AsSpan(3 * y * image.Width, 3 * image.Width).CopyTo(row);
            writer.Write(row);
        }
        return bytes.ToArray();
    }
}
