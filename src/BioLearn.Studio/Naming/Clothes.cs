using BioLearn.Experiments;
using BioLearn.ML.Data;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>The bundled pictures of clothes to choose from: those of the test part, from which the network did not learn.</summary>
internal sealed class Clothes
{
    private readonly Dictionary<string, ShownPicture> _pictures = new(StringComparer.Ordinal);
    private readonly ShownPicture[][] _ofKinds;

    public Clothes(string folder)
    {
        const string images = "t10k-images-idx3-ubyte.gz", labels = "t10k-labels-idx1-ubyte.gz";
        List<ShownPicture>[] kinds = [.. ClassNames.Clothes.Select(_ => new List<ShownPicture>())];
        if (File.Exists(Path.Combine(folder, images)))
        {
            IdxFile pictures = IdxFile.Read(Path.Combine(folder, images)), names = IdxFile.Read(Path.Combine(folder, labels));
            for (int i = 0; i < names.Values.Length; i++)
            {
                var kind = kinds[names.Values[i]];
                string name = $"{ClassNames.Clothes[names.Values[i]]} {kind.Count + 1}";
                var picture = PixelImage.FromGray(pictures.Dimensions[2], pictures.Dimensions[1], pictures.Values.AsSpan(i * pictures.ItemSize, pictures.ItemSize));
                kind.Add(new(name, name.Replace(' ', '-'), picture, true));
            }
        }
        _ofKinds = [.. kinds.Where(kind => kind.Count > 0).Select(kind => kind.ToArray())];
        foreach (var picture in _ofKinds.SelectMany(kind => kind))
            _pictures[picture.Key] = picture;
    }

    /// <summary>Number of pages to leaf through.</summary>
    public int Pages => _ofKinds.Length == 0 ? 0 : _ofKinds.Min(kind => kind.Length) / EachKind;

    private static int EachKind => 2;

    /// <summary>A page of pictures: as many of each kind, mixed.</summary>
    public IReadOnlyList<ShownPicture> Page(int page) => Pages == 0 ? [] :
        [.. Enumerable.Range(page % Pages * EachKind, EachKind).SelectMany(number => _ofKinds.Select(kind => kind[number]))];

    /// <summary>A picture by its key, or null.</summary>
    public ShownPicture? Find(string key) => _pictures.GetValueOrDefault(key);
}
