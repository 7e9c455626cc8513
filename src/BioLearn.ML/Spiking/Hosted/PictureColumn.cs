using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.ML.Spiking;

/// <summary>A column of images, read as grey pictures.</summary>
internal static class PictureColumn
{
    public static InputColumn Of(string name) => InputColumn.Scalar("input", name, new ImageDataViewType());

    /// <summary>Reads the picture of the current row; null where the image is missing.</summary>
    public static Func<GrayPicture?> Reader(DataViewRow row, string name)
    {
        var getter = row.GetGetter<MLImage>(row.Schema[name]);
        MLImage? image = null;
        return () =>
        {
            var before = image;
            getter(ref image!);
            return image is null || (ReferenceEquals(image, before) && ImageValues.IsDisposed(image)) ? null : GrayPicture.FromImage(image);
        };
    }
}
