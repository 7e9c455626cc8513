using System.Collections.Concurrent;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// id-n for every recollection: each is compared with its own original and those of the next n - 1 pictures in the order of the input (the first
/// follow the last). Read back from the finished files, so that it does not matter when they were made.
/// </summary>
internal static class IdentificationPass
{
    /// <summary>Originals to choose from, unless the run has fewer.</summary>
    private const int MostOriginals = 10;

    /// <summary>Pictures looked at together: bounds the memory.</summary>
    private const int Block = 64;

    /// <summary>Fills in <see cref="ManifestRecollection.Identified"/> of one picture after the other, while they are asked for; a single picture has nothing to be told from.</summary>
    public static IEnumerable<ManifestPicture> Run(string folder, StoredPictures pictures, int threads, CancellationToken cancellation)
    {
        StoredPictures done = pictures.Done;
        var among = Math.Min(MostOriginals, done.Count);
        return among < 2 ? pictures : Identified();

        IEnumerable<ManifestPicture> Identified()
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
            ManifestPicture[] block = [];
            for (int i = 0, start = 0, at = 0; i < pictures.Count; i++)
            {
                if (pictures.PlaceOf(i).Failed)
                {
                    yield return pictures[i];
                    continue;
                }
                if (at == block.Length)
                {
                    (block, at) = (IdentifyBlock(folder, done, start, among, parallel), 0);
                    start += block.Length;
                }
                yield return block[at++];
            }
        }
    }

    private static ManifestPicture[] IdentifyBlock(string folder, StoredPictures done, int start, int among, ParallelOptions parallel)
    {
        var block = new ManifestPicture[Math.Min(Block, done.Count - start)];
        var originals = new Original[Math.Min(block.Length + among - 1, done.Count)];
        Parallel.For(0, originals.Length, parallel, i => originals[i] = new(Path.Combine(folder, done[(start + i) % done.Count].Original!)));
        Parallel.For(0, block.Length, parallel, i =>
        {
            var candidates = Enumerable.Range(0, among).Select(offset => originals[(i + offset) % originals.Length]).ToArray();
            block[i] = Identify(folder, done[start + i], candidates);
        });
        return block;
    }

    /// <param name="folder">The results.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="candidates">Originals to choose from, its own first.</param>
    private static ManifestPicture Identify(string folder, ManifestPicture picture, Original[] candidates) => picture with
    {
        Recollections = [.. picture.Recollections.Select(recollection =>
        {
            var image = Load(Path.Combine(folder, recollection.File));
            EdgeMap[] originals = [.. candidates.Select(candidate => candidate.EdgesFor(image))];
            return recollection with { Identified = Identification.IsIdentified(new EdgeMap(image), originals, own: 0), IdentifiedAmong = candidates.Length };
        })],
    };

    // Results are looked at by their ends when a run goes on; damage inside shows here.
    private static PixelImage Load(string path)
    {
        try
        {
            return ImageFiles.Load(path);
        }
        catch (InvalidImageException problem)
        {
            File.Delete(path);
            throw new IOException($"{path}: {problem.Problem}; the file is removed, the same command makes it anew", problem);
        }
    }

    /// <summary>An original and its contours, once for each size that recollections have.</summary>
    private sealed class Original(string path)
    {
        private readonly PixelImage _image = Load(path);
        private readonly ConcurrentDictionary<(int, int), EdgeMap> _edges = [];

        public EdgeMap EdgesFor(PixelImage recollection) =>
            _edges.GetOrAdd((recollection.Width, recollection.Height), _ => new EdgeMap(ImageMeasures.Align(_image, recollection)));
    }
}
