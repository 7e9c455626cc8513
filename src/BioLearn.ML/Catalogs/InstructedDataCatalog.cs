using BioLearn.ML.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Composes data sets in which each picture answers several questions: a row is a picture and one of its questions.</summary>
public static class InstructedDataCatalog
{
    private static readonly string[] Sides = ["left", "right"];

    /// <summary>
    /// Multi-MNIST of any pair of IDX files (<see cref="MultiMnist"/>), with the instructions "left" and "right": two rows a picture, first left, then right.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="imagesPath">The pictures: an IDX file, pictures x rows x columns.</param>
    /// <param name="labelsPath">A label a picture.</param>
    /// <param name="seed">Decides which pictures stand together.</param>
    /// <param name="first">The first picture that takes part, from 0.</param>
    /// <param name="count">How many take part; null for all that follow.</param>
    /// <returns>
    /// Rows of <c>Features</c>, a vector of Single from 0 to 1, [height x width]; <c>Instruction</c>, a key of two values with their names; <c>Label</c>, a
    /// byte, the class on that side: map it to a key for a multiclass trainer.
    /// </returns>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of pictures, or the two do not belong together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no such pictures.</exception>
    public static IDataView LoadMultiMnist(this DataOperationsCatalog catalog, string imagesPath, string labelsPath, long seed = 0, int first = 0, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        MultiMnist set = MultiMnist.Compose(imagesPath, labelsPath, seed, first, count);
        var schema = SchemaDefinition.Create(typeof(SideRow));
        schema[nameof(SideRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, set.Height * set.Width);
        Name(schema[nameof(SideRow.Instruction)], Sides);
        return catalog.LoadFromEnumerable(
            Enumerable.Range(0, 2 * set.Count).Select(row => new SideRow
            {
                Features = Pixels(set, row / 2),
                Instruction = (uint)(row % 2),
                Label = (byte)set.Label(row / 2, (Side)(row % 2)),
            }),
            schema);
    }

    /// <summary>
    /// Multi-MNIST of any pair of IDX files (<see cref="MultiMnist"/>), with the instructions "what stands left of the 3?" and "right of"
    /// (<see cref="LeftRightOf"/>): two rows a picture, left of the one on the right, then right of the one on the left.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="imagesPath">The pictures: an IDX file, pictures x rows x columns.</param>
    /// <param name="labelsPath">A label a picture.</param>
    /// <param name="seed">Decides which pictures stand together.</param>
    /// <param name="first">The first picture that takes part, from 0.</param>
    /// <param name="count">How many take part; null for all that follow.</param>
    /// <returns>
    /// Rows of <c>Features</c>, a vector of Single from 0 to 1, [height x width]; <c>Instruction</c>, a vector of Single, [2 + classes]; <c>Label</c>, a byte:
    /// map it to a key for a multiclass trainer.
    /// </returns>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of pictures, or the two do not belong together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no such pictures.</exception>
    public static IDataView LoadLeftRightOf(this DataOperationsCatalog catalog, string imagesPath, string labelsPath, long seed = 0, int first = 0, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        MultiMnist set = MultiMnist.Compose(imagesPath, labelsPath, seed, first, count);
        var schema = SchemaDefinition.Create(typeof(NeighbourRow));
        schema[nameof(NeighbourRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, set.Height * set.Width);
        schema[nameof(NeighbourRow.Instruction)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, LeftRightOf.Length(set.ClassCount));
        return catalog.LoadFromEnumerable(Enumerable.Range(0, set.Count).SelectMany(picture => Questions(set, picture)), schema);
    }

    /// <summary>
    /// The pictures of a CelebA folder (<see cref="CelebAFolder"/>) and each attribute as an instruction: a row a picture and attribute. Pictures are named, not
    /// decoded: <c>LoadImages</c>, <c>ResizeImages</c> and <c>ExtractPixels</c> of ML.NET make features of them.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which part of it.</param>
    /// <returns>
    /// Rows of <c>ImagePath</c>, a text; <c>Instruction</c>, a key of the attributes with their names; <c>Label</c>, a Boolean: whether the picture has it.
    /// </returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It has no list of attributes.</exception>
    /// <exception cref="InvalidDataException">A list is damaged.</exception>
    public static IDataView LoadCelebA(this DataOperationsCatalog catalog, string folder, CelebAPart part = CelebAPart.Training)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        CelebAFolder faces = CelebAFolder.Open(folder);
        var schema = SchemaDefinition.Create(typeof(FaceRow));
        schema[nameof(FaceRow.Instruction)].ColumnType = new KeyDataViewType(typeof(uint), faces.AttributeNames.Count);
        Name(schema[nameof(FaceRow.Instruction)], faces.AttributeNames);
        return catalog.LoadFromEnumerable(
            faces.Of(part).SelectMany(face => face.Attributes.Select((has, i) => new FaceRow { ImagePath = faces.PathOf(face), Instruction = (uint)i, Label = has })),
            schema);
    }

    private static void Name(SchemaDefinition.Column column, IReadOnlyList<string> names)
    {
        VBuffer<ReadOnlyMemory<char>> values = new(names.Count, [.. names.Select(name => name.AsMemory())]);
        column.AddAnnotation("KeyValues", values, new VectorDataViewType(TextDataViewType.Instance, names.Count));
    }

    private static IEnumerable<NeighbourRow> Questions(MultiMnist set, int picture)
    {
        int[] row = [set.Label(picture, Side.Left), set.Label(picture, Side.Right)];
        return LeftRightOf.All(row).Select(question => new NeighbourRow
        {
            Features = Pixels(set, picture),
            Instruction = question.ToVector(set.ClassCount),
            Label = (byte)question.Answer(row),
        });
    }

    private static float[] Pixels(MultiMnist set, int picture)
    {
        ReadOnlySpan<byte> bytes = set.Pixels(picture);
        float[] pixels = new float[bytes.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = bytes[i] / 255f;
        return pixels;
    }

    // Keys count from 0 in objects, from 1 in columns.
    private sealed class SideRow
    {
        public float[] Features { get; set; } = [];

        [KeyType(2)]
        public uint Instruction { get; set; }

        public byte Label { get; set; }
    }

    private sealed class NeighbourRow
    {
        public float[] Features { get; set; } = [];

        public float[] Instruction { get; set; } = [];

        public byte Label { get; set; }
    }

    private sealed class FaceRow
    {
        public string ImagePath { get; set; } = "";

        [KeyType(1)]
        public uint Instruction { get; set; }

        public bool Label { get; set; }
    }
}
