using BioLearn.Cli.Learning.Data;
using BioLearn.Experiments;
using BioLearn.ML.Data;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Instructed.Data;

/// <summary>Two pictures in one, as Multi-MNIST composes them, asked for what is on the left and on the right, or for what stands left or right of a named one.</summary>
internal static class TwoPictures
{
    // What the original takes pixels to have, whatever the set: mean and deviation of MNIST.
    private const float Mean = .1307f, Deviation = .3081f;

    // Of MNIST's 60,000 the original learns from the first 50,000; the others are for validation.
    private const int MostTraining = 50_000;

    /// <summary>Composes the training and the test pictures of a set.</summary>
    /// <param name="folder">Its folder of IDX files.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="named">Whether questions name a neighbour ("left of the sneaker"), or ask for a side.</param>
    /// <param name="rows">Learn from so many pictures only; null for all, of 60,000 the first 50,000.</param>
    /// <param name="seed">Decides which stand together.</param>
    public static InstructedData Open(string folder, string name, bool named, int? rows, long seed)
    {
        var (images, labels) = IdxFolder.Pair(folder, "train");
        var (testImages, testLabels) = IdxFolder.Pair(folder, "t10k");
        int there = IdxFile.Read(labels).Dimensions[0];
        int most = there == MostTraining + 10_000 ? MostTraining : there;
        MultiMnist training = MultiMnist.Compose(images, labels, seed, count: Math.Min(rows ?? most, most)), test = MultiMnist.Compose(testImages, testLabels, seed);
        if ((training.Height, training.Width) != (test.Height, test.Width))
            throw new InvalidDataException($"{testImages}: pictures of {test.Height} x {test.Width}; those of {images} have {training.Height} x {training.Width}");
        int classes = Math.Max(training.ClassCount, test.ClassCount);
        var names = ClassNames.Of(name, classes);
        InputForm input = new(new TensorShape(1, training.Height, training.Width), Mean, Deviation);
        LeftRightOf[] questions = [.. Enum.GetValues<Side>().SelectMany(side => Enumerable.Range(0, classes).Select(c => new LeftRightOf(side, c)))];
        return new()
        {
            Title = $"two pictures in one, of {name}",
            Input = input,
            Instructions = named ? [.. questions.Select(q => $"{Word(q.Side)} of {names[q.Named]}")] : [.. Enum.GetValues<Side>().Select(Word)],
            Vectors = named ? [.. questions.Select(q => q.ToVector(classes))] : null,
            Classes = names,
            Training = new Rows(training, named ? classes : 0, names, input),
            Test = new Rows(test, named ? classes : 0, names, input),
            Fingerprint = DataSet.Fingerprint(folder, null),
        };
    }

    private static string Word(Side side) => side == Side.Left ? "left" : "right";

    /// <param name="set">The pictures.</param>
    /// <param name="classes">Classes that questions can name; 0 where they ask for a side.</param>
    /// <param name="names">Names of the classes.</param>
    /// <param name="input">How pictures become features.</param>
    private sealed class Rows(MultiMnist set, int classes, IReadOnlyList<string> names, InputForm input) : AskedRows
    {
        public override int Count => set.Count;

        public override IReadOnlyList<Question> Questions(int row)
        {
            int left = set.Label(row, Side.Left), right = set.Label(row, Side.Right);
            return classes == 0
                ? [new((int)Side.Left, left), new((int)Side.Right, right)]
                : [.. LeftRightOf.All([left, right]).Select(q => new Question(((int)q.Side * classes) + q.Named, q.Answer([left, right])))];
        }

        public override void CopyFeatures(int row, Span<float> features) => set.CopyNormalized(row, features);

        public override PixelImage Picture(int row) => input.Picture(set.Pixels(row));

        public override string Caption(int row) => $"{names[set.Label(row, Side.Left)]}, {names[set.Label(row, Side.Right)]}";
    }
}
