using BioLearn.Benchmarks.Harness;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>What is learned from and what accuracy is measured on.</summary>
internal static class Pictures
{
    private const int ValidationPictures = 10_000;

    /// <summary>
    /// The training pictures and the test pictures; with --validation the last 10,000 training pictures stand in for the latter and are
    /// learned from by nobody, so that settings can be chosen without a look at the test set.
    /// </summary>
    public static (IDataView Train, IDataView Held) Load(MLContext ml, UnsupervisedSettings settings)
    {
        IDataView train = PictureFolder.Load(ml, settings.Data, "train"), held;
        int learned = settings.Rows ?? int.MaxValue;
        if (settings.Validation)
        {
            int rest = train.GetColumn<byte>("Label").Count() - ValidationPictures;
            if (rest < 1)
                throw new InvalidOperationException($"--validation takes {ValidationPictures} training pictures, but '{settings.Data}' has {rest + ValidationPictures}");
            held = ml.Data.SkipRows(train, rest);
            learned = Math.Min(learned, rest);
        }
        else
        {
            held = PictureFolder.Load(ml, settings.Data, "t10k");
        }
        return (ml.Data.TakeRows(train, learned), held);
    }
}
