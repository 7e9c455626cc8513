using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.Onnx.MlNet;

/// <summary>
/// Collects the rows of a batch as input of a network: images are resized, cropped and normalised; vectors are taken as they are. A missing
/// image, or a vector with a missing value, has no place in the batch.
/// </summary>
internal sealed class NetworkInput
{
    private const string Role = "input";
    private const int Missing = -1;

    private readonly ImagePreprocessing _preprocessing;
    private readonly int _length;
    private readonly float[] _values; // [capacity, channels, height, width]
    private readonly int[] _places;
    private readonly PixelImage?[] _pictures;
    private readonly Func<Span<float>, bool> _readNext;

    public NetworkInput(DataViewRow row, string columnName, EmbeddedNetwork network, int capacity)
    {
        _preprocessing = network.Preprocessing;
        _length = network.Model.InputShape.Count;
        _values = GC.AllocateUninitializedArray<float>(capacity * _length);
        _places = new int[capacity];
        _pictures = new PixelImage?[capacity];
        var column = row.Schema[columnName];
        _readNext = column.Type is ImageDataViewType ? ImageReader(row, column) : VectorReader(row, column);
    }

    /// <summary>Rows that are not missing.</summary>
    public int Count { get; private set; }

    /// <summary>Their input values, [Count, channels, height, width].</summary>
    public ReadOnlyMemory<float> Values => _values.AsMemory(0, Count * _length);

    /// <summary>What the network sees of the image at a place of the batch.</summary>
    public PixelImage Picture(int place) => _pictures[place]!;

    /// <summary>Place of a row in the batch; false if the row is missing.</summary>
    public bool TryGetPlace(int row, out int place)
    {
        place = _places[row];
        return place != Missing;
    }

    /// <summary>Takes the current row as row <paramref name="row"/> of the batch; row 0 begins a new batch.</summary>
    public void Read(int row)
    {
        if (row == 0)
            Count = 0;
        _places[row] = _readNext(_values.AsSpan(Count * _length, _length)) ? Count++ : Missing;
    }

    /// <summary>Refuses a column that is neither of images nor, where <paramref name="orVector"/>, a vector of Single.</summary>
    public static void CheckIn(SchemaShape inputSchema, string columnName, bool orVector) => Expected(inputSchema, columnName, orVector).CheckIn(inputSchema);

    /// <inheritdoc cref="CheckIn(SchemaShape, string, bool)"/>
    public static void CheckIn(DataViewSchema inputSchema, string columnName, bool orVector, int length)
        => Expected(MlNetInterop.Shape(inputSchema), columnName, orVector).CheckIn(inputSchema, length);

    private static InputColumn Expected(SchemaShape inputSchema, string columnName, bool orVector)
    {
        bool isVector = inputSchema.Any(column => column.Name == columnName && column.Kind != SchemaShape.Column.VectorKind.Scalar);
        return orVector && isVector ? InputColumn.FloatVector(Role, columnName) : InputColumn.Scalar(Role, columnName, new ImageDataViewType());
    }

    private Func<Span<float>, bool> ImageReader(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return input =>
        {
            var before = image;
            getter(ref image!);
            if (image is null || (ReferenceEquals(image, before) && ImageValues.IsDisposed(image)))
                return false;
            var seen = _preprocessing.ResizeAndCrop(Pictures.FromMLImage(image));
            _preprocessing.Normalize(seen, input);
            _pictures[Count] = seen;
            return true;
        };
    }

    private static Func<Span<float>, bool> VectorReader(DataViewRow row, DataViewSchema.Column column)
    {
        var reader = new FeatureReader(row, column);
        return input =>
        {
            reader.CopyTo(input);
            return System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(input);
        };
    }
}
